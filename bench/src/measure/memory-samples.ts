import type { NamedProcesses } from './cpu-clock.js'
import { readProcesses, treeOf } from './process-tree.js'

const everyMs = 200
const pageBytes = 4_096
const mib = 1024 * 1024

/** Resident memory in MiB over time, by process. */
export type MemorySamples = Readonly<Record<string, readonly number[]>>

/** Resident memory of processes, their children included, in MiB. */
export function residentMiB(processes: NamedProcesses): Readonly<Record<string, number>> {
  const all = readProcesses()
  const entries = Object.entries(processes).map(([name, root]) => {
    const pages = treeOf(root, all).reduce((sum, entry) => sum + entry.residentPages, 0)
    return [name, Math.round((pages * pageBytes) / mib)] as const
  })
  return Object.fromEntries(entries)
}

/** Samples the resident memory of processes until `stop`. */
export function sampleMemory(processes: () => NamedProcesses): { stop(): MemorySamples } {
  const samples: Record<string, number[]> = {}
  const take = (): void => {
    for (const [name, resident] of Object.entries(residentMiB(processes()))) {
      samples[name] ??= []
      samples[name].push(resident)
    }
  }
  take()
  const timer = setInterval(take, everyMs)
  return {
    stop() {
      clearInterval(timer)
      take()
      return samples
    },
  }
}
