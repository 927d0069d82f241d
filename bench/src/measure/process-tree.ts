import { readdirSync, readFileSync } from 'node:fs'

/** One process as /proc shows it. */
export interface ProcessEntry {
  readonly pid: number
  readonly parent: number
  readonly name: string
  /** Ticks of this process: its own and those of children it has waited for. */
  readonly ticks: number
  readonly residentPages: number
}

/** Of /proc/PID/stat, counted from the field after the name. */
const statField = { parent: 1, utime: 11, stime: 12, cutime: 13, cstime: 14, rss: 21 } as const

/** Reads one process; undefined when it has ended. */
export function readProcess(pid: number): ProcessEntry | undefined {
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch {
    return undefined
  }
  const end = stat.lastIndexOf(')')
  const fields = stat.slice(end + 2).split(' ')
  const at = (index: number): number => Number(fields[index])
  return {
    pid,
    parent: at(statField.parent),
    name: stat.slice(stat.indexOf('(') + 1, end),
    ticks: at(statField.utime) + at(statField.stime) + at(statField.cutime) + at(statField.cstime),
    residentPages: at(statField.rss),
  }
}

/** Every process there is. */
export function readProcesses(): readonly ProcessEntry[] {
  return readdirSync('/proc').flatMap((name) => {
    const entry = /^\d+$/.test(name) ? readProcess(Number(name)) : undefined
    return entry === undefined ? [] : [entry]
  })
}

/** A process and all that descend from it. */
export function treeOf(root: number, processes: readonly ProcessEntry[]): readonly ProcessEntry[] {
  const found = processes.filter(({ pid }) => pid === root)
  for (let index = 0; index < found.length; index++) {
    const parent = found[index]?.pid
    found.push(...processes.filter((entry) => entry.parent === parent))
  }
  return found
}

/** The command line of a process, or '' when it has ended. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}
