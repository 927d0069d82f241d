import type { NamedProcesses } from './cpu-clock.js'
import { readProcesses, treeOf } from './process-tree.js'

const everyMs = 200
const pageBytes = 4_096
const mib = 1024 * 1024

/** Resident memory in MiB over time, by process. */
export type MemorySamples = Readonly<Record<string, readonly number[]>>

/** Samples the resident memory of processes until `stop`. */
export function sampleMemory(processes: () => NamedProcesses): { stop(): MemorySamples } {
  const samples: Record<string, number[]> = {}
  const take = (): void => {
    const all = readProcesses()
    for (const [name, root] of Object.entries(processes())) {
      const pages = treeOf(root, all).reduce((sum, entry) => sum + entry.residentPages, 0)
      samples[name] ??= []
      samples[name].push(Math.round((pages * pageBytes) / mib))
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
