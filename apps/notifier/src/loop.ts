import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'

/** Work that is done round by round. */
export interface Work {
  /** One bounded round; true when there is more to do at once. */
  round(): Promise<boolean>
  /** Waits for what rounds have left under way. */
  end?(): Promise<void>
}

/** A loop that runs. */
export interface Loop {
  /** The error of the last round, or undefined after one that went well. */
  problem(): string | undefined
  /** Begins no further round, and waits for what is under way. */
  stop(): Promise<void>
}

/** Repeats rounds, at once while there is more to do and else after a pause; a round that fails is repeated after the pause. */
export function startLoop(name: string, work: Work, pollMs: number, logger: Logger): Loop {
  const stopping = new AbortController()
  let problem: string | undefined

  async function round(): Promise<boolean> {
    try {
      const more = await work.round()
      problem = undefined
      return more
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      // An outage fails every round with the same reason.
      if (reason !== problem) logger.warn({ loop: name, reason }, 'a round failed; trying again')
      problem = reason
      return false
    }
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const more = await round()
      if (!more) await delay(pollMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
    await work.end?.()
  }

  const running = run()
  return {
    problem: () => problem,
    stop() {
      stopping.abort()
      return running
    },
  }
}
