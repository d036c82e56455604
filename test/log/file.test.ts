import { fileLog } from 'asof'
import { describeLog } from './contract.js'
import { temporaryPath } from './folder.js'

describeLog('a log in a file', () => {
  const path = temporaryPath()
  return { open: () => fileLog(path) }
})
