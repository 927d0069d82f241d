import type { Block } from 'seckill-store/mysql'
import { createBlockList } from './block-list.js'
import type { AssessRisk } from './risk.js'

export interface BlockWatchDependencies {
  readonly readBlocks: () => Promise<readonly Block[]>
  readonly everyMs: number
  readonly onError: (error: unknown) => void
}

/** The block list in memory, read again and again. */
export interface BlockWatch {
  /** Judges by the blocks as last read; before the first reading nothing is blocked. */
  readonly assess: AssessRisk
  /** Reads the blocks now. Never rejects: after an error those of before stay in force. */
  refresh(): Promise<void>
  start(): void
  stop(): void
}

export function watchBlocks({ readBlocks, everyMs, onError }: BlockWatchDependencies): BlockWatch {
  let assess = createBlockList([])
  let inForce = '[]'
  let last = Promise.resolve()
  let timer: NodeJS.Timeout | undefined

  const readOnce = async (): Promise<void> => {
    try {
      const blocks = (await readBlocks()).filter(({ endsAt }) => endsAt === null || endsAt > Date.now())
      const text = JSON.stringify(blocks)
      if (text === inForce) return
      assess = createBlockList(blocks)
      inForce = text
    } catch (error) {
      onError(error)
    }
  }

  /** One reading at a time, so that an older one never replaces a newer one. */
  const refresh = (): Promise<void> => {
    last = last.then(readOnce)
    return last
  }

  const readAgain = async (): Promise<void> => {
    await refresh()
    if (timer !== undefined) timer = setTimeout(readAgain, everyMs).unref()
  }

  return {
    assess: (facts) => assess(facts),
    refresh,
    start() {
      timer = setTimeout(readAgain, 0).unref()
    },
    stop() {
      clearTimeout(timer)
      timer = undefined
    },
  }
}
