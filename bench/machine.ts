import { cpus, totalmem } from 'node:os'

/** What the figures were measured on, and when. */
export type Machine = {
  readonly cpu: string
  readonly cores: number
  readonly memoryGb: number
  readonly node: string
  readonly platform: string
  readonly date: string
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    date: new Date().toISOString(),
  }
}

export function machineText({ cpu, cores, memoryGb, node, platform, date }: Machine): string {
  return `${cpu}, ${cores} cores, ${memoryGb} GiB; Node ${node}, ${platform}; ${date}`
}
