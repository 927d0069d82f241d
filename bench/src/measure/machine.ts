import { cpus, release, totalmem } from 'node:os'
import type { Surroundings } from '../result.js'

/** The machine of a benchmark. */
export function describeMachine(): Pick<Surroundings, 'cpu' | 'cores' | 'memoryMiB' | 'kernel'> {
  const cores = cpus()
  return {
    cpu: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memoryMiB: Math.round(totalmem() / 1024 / 1024),
    kernel: release(),
  }
}
