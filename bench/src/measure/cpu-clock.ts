import { readFileSync } from 'node:fs'
import type { CpuMicros } from '../result.js'
import { readProcesses, treeOf } from './process-tree.js'

/** Root processes by the name they get in the result. */
export type NamedProcesses = Readonly<Record<string, number>>

/** Linux reports times of processes in hundredths of a second, independent of the kernel's own tick. */
const microsATick = 10_000

/** A running measurement of CPU time. */
export interface CpuClock {
  /** Microseconds of each process since the start, children included, divided by `operations`. */
  perOperation(operations: number): CpuMicros
  /** Share of the machine's time that other machines took since the start, in percent. */
  stealPercent(): number
}

/** Starts to count the CPU time of the processes. */
export function startCpuClock(processes: NamedProcesses): CpuClock {
  const before = ticksOf(processes)
  const machineBefore = machineTicks()
  return {
    perOperation(operations) {
      const after = ticksOf(processes)
      const micros = Object.entries(after).map(([name, ticks]) => {
        const spent = Math.max(0, ticks - (before[name] ?? 0)) * microsATick
        return [name, Math.round((spent / operations) * 10) / 10]
      })
      return Object.fromEntries(micros)
    },
    stealPercent() {
      const now = machineTicks()
      const total = now.total - machineBefore.total
      return total === 0 ? 0 : Math.round(((now.steal - machineBefore.steal) / total) * 1_000) / 10
    },
  }
}

function ticksOf(processes: NamedProcesses): Readonly<Record<string, number>> {
  const all = readProcesses()
  const ticks = Object.entries(processes).map(([name, root]) => [
    name,
    treeOf(root, all).reduce((sum, entry) => sum + entry.ticks, 0),
  ])
  return Object.fromEntries(ticks)
}

const stealField = 7
/** Guest time is in user time already. */
const countedFields = 8

function machineTicks(): { readonly total: number; readonly steal: number } {
  const line = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0] ?? ''
  const fields = line
    .trim()
    .split(/\s+/)
    .slice(1, 1 + countedFields)
    .map(Number)
  return { total: fields.reduce((sum, value) => sum + value, 0), steal: fields[stealField] ?? 0 }
}
