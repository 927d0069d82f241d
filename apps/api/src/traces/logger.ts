import { type Logger, pino } from 'pino'
import { traceOf } from 'seckill-store/gate'
import { logFormatters } from 'seckill-traces'
import type { Config } from '../config.js'

/** Creates the log of the process; its lines name the traces of purchases where there are any. */
export function createLogger({ logLevel, traces }: Pick<Config, 'logLevel' | 'traces'>): Logger {
  const formatters = traces && logFormatters(traceOf)
  return pino({ level: logLevel, base: { app: 'seckill-api', pid: process.pid }, ...(formatters && { formatters }) })
}
