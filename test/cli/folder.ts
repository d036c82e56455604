import { spawnSync } from 'node:child_process'
import { closeSync, cpSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll } from 'vitest'

export const COMMAND = resolve('dist/src/cli/asof.js')
export const ARTICLE_CONFIG = resolve('asof.config.ts')

/** What a process left behind. */
export type Run = { readonly stdout: string; readonly stderr: string; readonly status: number | null }
/** Arguments one by one, or in one text that is parted at its spaces. */
export type Args = string | readonly string[]

const root = mkdtempSync(join(tmpdir(), 'asof-cli-')) // one for a file of tests, however many folders they make
afterAll(() => rmSync(root, { recursive: true }))

/** A temporary folder in which the built command line runs as a process; it is removed after the file's tests. */
export class Folder {
  readonly path = mkdtempSync(join(root, 'folder-'))

  asof(args: Args, { input = '', from = '.' }: { input?: string | Uint8Array; from?: string } = {}): Run {
    const { stdout, stderr, status } = spawnSync(process.execPath, [COMMAND, ...listOf(args)], {
      cwd: join(this.path, from),
      encoding: 'utf8',
      env: environment(),
      input,
      maxBuffer: 100_000_000,
    })
    return { stdout, stderr, status }
  }

  /** The same with its output going to a disk that is full. */
  toFullDisk(args: Args): Pick<Run, 'stderr' | 'status'> {
    const full = openSync('/dev/full', 'w')
    const { stderr, status } = spawnSync(process.execPath, [COMMAND, ...listOf(args)], {
      cwd: this.path,
      encoding: 'utf8',
      stdio: ['ignore', full, 'pipe'],
    })
    closeSync(full)
    return { stderr, status }
  }

  /** What a terminal shows, with the commands that steer it. */
  terminal(args: Args, setting: Record<string, string> = {}): string {
    return this.#terminal(
      listOf(args)
        .map((arg) => `'${arg}'`)
        .join(' '),
      setting,
    )
  }

  /** The same of what a shell is told, which may send the output, or what is told beside it, elsewhere. */
  terminalOf(told: string): string {
    return this.#terminal(told, {})
  }

  #terminal(told: string, setting: Record<string, string>): string {
    const command = `'${process.execPath}' '${COMMAND}' ${told}`
    const { stdout } = spawnSync('script', ['-qec', `stty cols 80; ${command}`, '/dev/null'], {
      cwd: this.path,
      encoding: 'utf8',
      env: { ...environment(), TERM: 'xterm-256color', SHELL: '/bin/sh', ...setting },
    })
    return stdout.replaceAll('\r\n', '\n')
  }

  /** The command as it was typed, and what came: one text for a snapshot, without what differs from run to run. */
  transcript(args: Args): string {
    const { stdout, stderr, status } = this.asof(args)
    const told = stderr.replace(/^(?=.)/gm, 'stderr: ')
    const text = `$ asof ${listOf(args).join(' ')}\n${stdout}${told}${status === 0 ? '' : `exit ${status}\n`}`
    return text.replace(/("appendedAt": )"[^"]+"/g, '$1"…"').replaceAll(ARTICLE_CONFIG, 'asof.config.ts')
  }

  write(name: string, content: string | Uint8Array): void {
    mkdirSync(dirname(join(this.path, name)), { recursive: true })
    writeFileSync(join(this.path, name), content)
  }

  read(name: string): string {
    return readFileSync(join(this.path, name), 'utf8')
  }

  readBytes(name: string): Buffer {
    return readFileSync(join(this.path, name))
  }

  has(name: string): boolean {
    return existsSync(join(this.path, name))
  }

  names(): string[] {
    return readdirSync(this.path).toSorted()
  }

  /** Copies files or folders of this repository. */
  copy(...names: string[]): void {
    for (const name of names) cpSync(name, join(this.path, name), { recursive: true })
  }
}

/** One event as a line of JSON. */
export function lineOf(event: object): string {
  return `${JSON.stringify(event)}\n`
}

function listOf(args: Args): readonly string[] {
  return typeof args === 'string' ? args.split(' ').filter((arg) => arg !== '') : args
}

/** Without what turns colours on or off. */
function environment(): NodeJS.ProcessEnv {
  const { NO_COLOR: _, FORCE_COLOR: _2, CI: _3, COLORTERM: _4, ...rest } = process.env
  return rest
}
