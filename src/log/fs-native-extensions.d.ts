declare module 'fs-native-extensions' {
  /** Takes an exclusive lock on bytes of a file, where no other open file holds it; `false` where one does. */
  export function tryLock(fd: number, offset: number, length: number): boolean
}
