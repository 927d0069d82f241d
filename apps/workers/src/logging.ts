import {
  type Logger as CoreLogger,
  type LogLevel,
  type LogMetadata,
  makeTelemetryFilterString,
  Runtime,
} from '@temporalio/worker'
import { type Logger, pino } from 'pino'

/** A logger that writes JSON lines to standard output. */
export function createLogger(level: string): Logger {
  return pino({ level, base: { service: 'seckill-worker' } })
}

const pinoLevel = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const

/** Makes Temporal's SDK, its core and the workflows log through pino, leaves signals to the process, and has the core serve its metrics. */
export function installRuntime(logger: Logger, metricsAddress: string): void {
  Runtime.install({
    logger: toCoreLogger(logger),
    shutdownSignals: [],
    telemetryOptions: {
      logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) },
      metrics: {
        prometheus: {
          bindAddress: metricsAddress,
          useSecondsForDurations: true,
          unitSuffix: true,
          countersTotalSuffix: true,
        },
      },
    },
  })
}

function toCoreLogger(logger: Logger): CoreLogger {
  const log = (level: LogLevel, message: string, meta?: LogMetadata) => {
    const { error, ...rest } = meta ?? {}
    logger[pinoLevel[level]](error === undefined ? rest : { ...rest, err: error }, message)
  }
  return {
    log,
    trace: (message, meta) => log('TRACE', message, meta),
    debug: (message, meta) => log('DEBUG', message, meta),
    info: (message, meta) => log('INFO', message, meta),
    warn: (message, meta) => log('WARN', message, meta),
    error: (message, meta) => log('ERROR', message, meta),
  }
}
