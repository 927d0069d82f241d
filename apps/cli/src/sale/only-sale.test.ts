import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { asOnlySale } from './only-sale.js'

let root: string

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'only-sale-'))
})

afterAll(() => rmSync(root, { recursive: true }))

it('a second demo or a benchmark on a stack is refused, one on another stack is not', async () => {
  const running = Promise.withResolvers<string>()
  const first = asOnlySale('demo', { root, name: 'one' }, () => running.promise)
  const second = asOnlySale('demo', { root, name: 'one' }, async () => 'ran')
  await expect(second).rejects.toThrow(/stack 'one' already, in process \d+[\s\S]*\.\/seckill demo --name one-2/)
  const benchmark = asOnlySale('benchmark', { root, name: 'one' }, async () => 'ran')
  await expect(benchmark).rejects.toThrow(/stack 'one' already, in process \d+[\s\S]*\.\/seckill bench --name one-2/)
  expect(await asOnlySale('demo', { root, name: 'two' }, async () => 'ran')).toBe('ran')
  running.resolve('ended')
  expect(await first).toBe('ended')
})

it('a demo that failed leaves its stack to the next one', async () => {
  const failing = asOnlySale('demo', { root, name: 'three' }, () => Promise.reject(new Error('no memory left')))
  await expect(failing).rejects.toThrow('no memory left')
  expect(await asOnlySale('demo', { root, name: 'three' }, async () => 'ran')).toBe('ran')
})
