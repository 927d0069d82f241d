export { type AnyActivity, type InMemoryOptions, type InMemoryRuntime, inMemoryRuntime } from './in-memory-runtime.js'
export { type InMemoryRun, runInMemory } from './run-in-memory.js'
export { type VirtualClock, virtualClock } from './virtual-clock.js'
