import closeWithGrace from 'close-with-grace'
import type { Logger } from 'pino'

/** A started process. */
export interface StartedProcess {
  readonly logger: Logger
  /** Milliseconds {@link StartedProcess.stop} may take before the process exits regardless. */
  readonly graceMs: number
  /** Rejects when the process fails by itself. */
  readonly finished?: Promise<void>
  /** Takes no new work, ends the work in flight and closes every connection. */
  stop(): Promise<void>
}

/** Starts a process, and stops it on a signal or an unexpected error; a failed start exits with code 1. */
export async function runProcess(start: () => Promise<StartedProcess>): Promise<void> {
  try {
    const started = await start()
    stopWithGrace(started)
    await started.finished
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    // Clients that were opened before the failure keep the event loop alive.
    process.exit(1)
  }
}

function stopWithGrace({ logger, graceMs, stop }: StartedProcess): void {
  closeWithGrace({ delay: graceMs, logger: false }, async ({ err, signal }) => {
    if (err !== undefined) logger.fatal({ err }, 'an unexpected error ends the process')
    logger.info({ signal }, 'draining')
    await stop()
    logger.info('stopped')
  })
}
