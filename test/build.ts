import { execFileSync } from 'node:child_process'

/** Builds the package once, for the tests that run it as a process. */
export default function build(): void {
  execFileSync('npm', ['run', 'build', '--silent'], { stdio: 'inherit' })
}
