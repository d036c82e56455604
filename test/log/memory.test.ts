import { memoryLog } from 'asof'
import { describeLog } from './contract.js'

describeLog('a log in memory', () => {
  const log = memoryLog()
  return { open: () => log }
})
