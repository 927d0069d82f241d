import { setTimeout as delay } from 'node:timers/promises'
import type { LiveLine } from '../output/live-line.js'
import type { RushProgress } from '../rush/index.js'
import type { Sources } from '../sale/sources.js'
import { readStanding, type Standing } from '../sale/standing.js'
import { rushLine } from './rush-display.js'

export interface WatchOptions {
  readonly voucherId: number
  readonly stock: number
  readonly line: LiveLine
}

export interface Watch {
  onProgress(progress: RushProgress): void
  /** Shows the figures a last time. */
  end(): Promise<void>
}

const everyMs = 250

/** Shows the driver's progress and the sale's figures in Redis and MySQL, four times a second. */
export function watchRush(sources: Pick<Sources, 'db' | 'gate'>, { voucherId, stock, line }: WatchOptions): Watch {
  const startedAt = performance.now()
  const ending = new AbortController()
  let rush: RushProgress | undefined
  let standing: Standing | undefined
  const show = async (): Promise<void> => {
    // A failed read keeps the last figures: this line is a display, and the certificate decides.
    standing = await readStanding(sources, voucherId).catch(() => standing)
    line.update(rushLine({ elapsedMs: performance.now() - startedAt, rush, standing, stock }))
  }
  const watching = (async () => {
    while (!ending.signal.aborted) {
      await show()
      await delay(everyMs, undefined, { signal: ending.signal }).catch(() => undefined)
    }
  })()
  return {
    onProgress(progress) {
      rush = progress
    },
    async end() {
      if (ending.signal.aborted) return
      ending.abort()
      await watching
      await show()
      line.end()
    },
  }
}
