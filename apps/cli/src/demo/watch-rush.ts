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

const EVERY_MS = 250

/** Shows a rush as it goes on: the driver's progress, and the sale's figures in Redis and MySQL. */
export function watchRush(sources: Pick<Sources, 'db' | 'gate'>, { voucherId, stock, line }: WatchOptions): Watch {
  const startedAt = performance.now()
  const ending = new AbortController()
  let rush: RushProgress | undefined
  let standing: Standing | undefined
  const show = async (): Promise<void> => {
    // A server that is away leaves the figures as they were; the certificate, not this line, decides.
    standing = await readStanding(sources, voucherId).catch(() => standing)
    line.update(rushLine({ elapsedMs: performance.now() - startedAt, rush, standing, stock }))
  }
  const watching = (async () => {
    while (!ending.signal.aborted) {
      await show()
      await delay(EVERY_MS, undefined, { signal: ending.signal }).catch(() => undefined)
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
