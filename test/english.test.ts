import { expect, test } from 'vitest'
import { inEnglish } from '../src/cli/english.js'

test.for([
  ['2025', '2025'],
  ['2025-04', 'April 2025'],
  ['2025-04-09', '9 April 2025'],
  ['2025-04-09T01:30:00+02:00', '8 April 2025, 23:30 UTC'],
  ['2025-04~', 'about April 2025'],
  ['2025?', 'perhaps 2025'],
  ['2025-21', 'spring 2025'],
  ['2025-30', 'southern summer 2025'],
  ['[2025-04-03..2025-04]', 'between 3 April 2025 and April 2025'],
  ['2025-34', 'the second quarter of 2025'],
  ['[2025-07-14,2025-07-15]', '14 or 15 July 2025'],
  ['[2025-04..2025-07]', 'between April and July 2025'],
  ['[2024-12..2025-07-15]', 'between December 2024 and 15 July 2025'],
  ['[..2025-01]', 'by January 2025'],
  ['[2025-01..]', 'January 2025 or later'],
  ['202X', '202X'],
  ['2025-04-XX', 'April 2025'],
  ['Y17000', 'Y17000'],
  ['2025-1X', '2025-1X'],
  ['2025-04-1X', '2025-04-1X'],
  ['2025-04-2X~', '2025-04-2X~'],
  ['[2025-04?..2025-04-06]', 'between perhaps April 2025 and 6 April 2025'],
  ['[2025-04~,2025-04-09]', 'about April 2025 or 9 April 2025'],
  ['[..2025-04,2025-04-09]', 'by April 2025 or 9 April 2025'],
  ['[2025-04-09?,2025-04-10?]', 'perhaps 9 April 2025 or perhaps 10 April 2025'],
  ['-0044-03-15', '-0044-03-15'],
])('%s is %s', ([date, english]) => {
  expect(inEnglish(date!)).toBe(english)
})
