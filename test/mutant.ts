import fc from 'fast-check'
import { beforeEach } from 'vitest'

/** Properties are tried on the same cases for each mutant, and the first that fails is enough: nobody reads it. */
fc.configureGlobal({ seed: 1, endOnFailure: true })

/** What other processes do, in which there are no mutants, and what only waits. */
const VAIN = [
  /^Dates mean the same in /,
  /^another process, in another time zone and language, /,
  /^the lock of a process that is killed is free$/,
  /^a lock that is held for 10 seconds /,
  /^the command line reads what is whole /,
  /^a relative path is that of when the log was made, /,
]

beforeEach(({ task, skip }) => {
  if (VAIN.some((title) => title.test(task.name))) skip('in vain, where mutants are run')
})
