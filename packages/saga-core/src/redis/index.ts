export type { CleaningOptions, CleaningReport } from '../barrier/barrier-cleaning.js'
export { type BarrierRedis, checkBarrierServer } from './barrier-redis.js'
export { type BarrierScript, type BarrierScriptOptions, defineBarrierScript } from './barrier-script.js'
export { cleanBarrier, type RedisCleaningOptions } from './clean-barrier.js'
