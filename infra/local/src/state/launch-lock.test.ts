import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ownIdentity } from '../processes/process-identity.js'
import { withLock } from './launch-lock.js'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'seckill lock-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

function holder(number: number, startTime: string): void {
  mkdirSync(directory, { recursive: true })
  writeFileSync(join(directory, String(number)), JSON.stringify({ pid: process.pid, startTime, released: false }))
}

describe('a lock', () => {
  it('is taken over from a holder whose pid belongs to a later process', async () => {
    holder(4, 'another-boot:1')
    expect(await withLock(directory, { timeoutMs: 100 }, async () => 'in')).toBe('in')
    expect(readdirSync(directory)).toEqual(['5'])
  })

  it('held by a live process is refused with its pid once the time is over', async () => {
    holder(1, ownIdentity().startTime)
    const waits: number[] = []
    const onWait = (pid: number): number => waits.push(pid)
    const refused = withLock(directory, { timeoutMs: 120, onWait }, async () => 'in')
    await expect(refused).rejects.toMatchObject({ code: 'LOCKED' })
    expect(waits).toEqual([process.pid])
  })

  it('is free again after work that failed', async () => {
    const failed = withLock(directory, { timeoutMs: 100 }, () => Promise.reject(new Error('broken')))
    await expect(failed).rejects.toThrow('broken')
    expect(await withLock(directory, { timeoutMs: 100 }, async () => 'in')).toBe('in')
  })

  it('is held by one caller at a time', async () => {
    let inside = 0
    const work = async (): Promise<number> => {
      inside += 1
      await new Promise((resolve) => setImmediate(resolve))
      return inside--
    }
    const all = await Promise.all(Array.from({ length: 5 }, () => withLock(directory, { timeoutMs: 5_000 }, work)))
    expect(all).toEqual([1, 1, 1, 1, 1])
  })
})
