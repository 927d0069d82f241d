import { randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { isAlive, ownIdentity } from '../processes/process-identity.js'
import { waitUntil } from '../processes/wait-until.js'
import { StackError } from '../stack-error.js'

/** Options of taking a lock. */
export interface LockOptions {
  readonly timeoutMs: number
  readonly signal?: AbortSignal | undefined
  /** Called once when another process holds the lock. */
  readonly onWait?: (holderPid: number) => void
}

const holderSchema = z.object({ pid: z.int(), startTime: z.string(), released: z.boolean() })
type Holder = z.infer<typeof holderSchema>

/**
 * Runs `work` while no other process holds the lock of the directory; the lock of a dead process is free.
 *
 * Each holder's file has the next higher number. The newest file is never deleted, and a process that finds a higher
 * number than its own gives way, so of two that take over from the same dead holder only one gets the lock.
 *
 * @throws StackError `LOCKED` when the holder kept it for `timeoutMs`.
 */
export async function withLock<T>(lockDir: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const held = await acquire(lockDir, options)
  try {
    return await work()
  } finally {
    writeHolder(lockDir, held, { ...ownIdentity(), released: true }, renameSync)
  }
}

async function acquire(lockDir: string, { timeoutMs, signal, onWait }: LockOptions): Promise<number> {
  mkdirSync(lockDir, { recursive: true, mode: 0o700 })
  let waitingFor: number | undefined
  let held: number | undefined
  const tryOnce = (): boolean => {
    const newest = numbers(lockDir).at(-1) ?? 0
    const holder = newest === 0 ? undefined : readHolder(lockDir, newest)
    if (holder !== undefined && !holder.released && isAlive(holder)) {
      if (waitingFor === undefined) onWait?.(holder.pid)
      waitingFor = holder.pid
      return false
    }
    held = claim(lockDir, newest + 1)
    return held !== undefined
  }
  const taken = await waitUntil(tryOnce, { timeoutMs, signal })
  if (taken && held !== undefined) return held
  throw new StackError(
    'LOCKED',
    `Process ${waitingFor} has been working on this stack for more than ${Math.round(timeoutMs / 1000)} s.`,
    `Wait for it, or end it with \`kill ${waitingFor}\`, and try again.`,
  )
}

function claim(lockDir: string, number: number): number | undefined {
  if (!writeHolder(lockDir, number, { ...ownIdentity(), released: false }, linkSync)) return undefined
  const all = numbers(lockDir)
  if (all.at(-1) !== number) {
    rmSync(join(lockDir, String(number)), { force: true })
    return undefined
  }
  for (const older of all.filter((other) => other < number)) rmSync(join(lockDir, String(older)), { force: true })
  return number
}

/** Puts a complete file in place atomically; returns `false` when `place` finds the number taken. */
function writeHolder(
  lockDir: string,
  number: number,
  holder: Holder,
  place: (from: string, to: string) => void,
): boolean {
  const draft = join(lockDir, `draft-${randomUUID()}`)
  writeFileSync(draft, JSON.stringify(holder), { mode: 0o600 })
  try {
    place(draft, join(lockDir, String(number)))
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

function numbers(lockDir: string): readonly number[] {
  const names = readdirSync(lockDir).filter((name) => /^\d+$/.test(name))
  return names.map(Number).toSorted((a, b) => a - b)
}

/** The holder in a file; `undefined` when the file vanished since it was listed, because a newer one exists. */
function readHolder(lockDir: string, number: number): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(join(lockDir, String(number)), 'utf8')))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
