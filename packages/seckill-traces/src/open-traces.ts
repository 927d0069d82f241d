import type { Logger } from 'pino'
import type { TraceConfig } from './configuration.js'
import type { Traces } from './span.js'

/** Opens the traces of a process; `undefined` without a collector, and then nothing of OpenTelemetry is loaded. */
export async function openTraces(
  config: TraceConfig | undefined,
  processName: string,
  logger: Logger,
): Promise<Traces | undefined> {
  if (config === undefined) return undefined
  const { exportSpans } = await import('./export-spans.js')
  return exportSpans(config, processName, logger)
}
