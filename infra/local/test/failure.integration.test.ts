import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startStack, stopStack } from 'seckill-local-stack'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bareEnv, Scratch, serversUnder } from './scratch.js'

let scratch: Scratch
beforeEach(() => {
  scratch = new Scratch()
})
afterEach(() => scratch.dispose(), 120_000)

describe('a server that ends while it starts', () => {
  it('shows its last lines, and what was started with it is stopped', async () => {
    const { dir } = await scratch.up()
    await stopStack({ root: scratch.root })
    const data = join(dir, 'redis', 'data', 'appendonlydir')
    writeFileSync(join(data, 'appendonly.aof.manifest'), 'this is no manifest\n')
    const failure = scratch.up()
    await expect(failure).rejects.toMatchObject({ code: 'START_FAILED' })
    await expect(failure).rejects.toThrow(/Redis ended while it started[\s\S]*\| .*manifest/i)
    // The excerpt begins with this start.
    await expect(failure).rejects.not.toThrow(/bye bye/)
    expect(serversUnder(dir)).toEqual([])
  }, 120_000)
})

describe('a server given by URL that does not answer', () => {
  it('is named without its password, with what to do', async () => {
    const failure = scratch.up('demo', { ...bareEnv, REDIS_URL: 'redis://:secret@127.0.0.1:1' })
    await expect(failure).rejects.toMatchObject({ code: 'UNREACHABLE' })
    await expect(failure).rejects.toThrow(/REDIS_URL=redis:\/\/:\*\*\*@127.0.0.1:1 does not answer[\s\S]*unset it/)
    expect(serversUnder(join(scratch.root, '.seckill', 'demo'))).toEqual([])
  }, 120_000)
})

describe('an aborted start', () => {
  it('stops what it launched and leaves what ran before', async () => {
    const before = await scratch.up()
    const redisPid = serversUnder(join(before.dir, 'redis'))
    const controller = new AbortController()
    await stopStack({ root: scratch.root })
    const reason = new Error('enough')
    const aborted = startStack({
      root: scratch.root,
      env: bareEnv,
      signal: controller.signal,
      onProgress: ({ service, phase }) => {
        if (service === 'redis' && phase === 'ready') controller.abort(reason)
      },
    })
    await expect(aborted).rejects.toBe(reason)
    expect(redisPid).toHaveLength(1)
    expect(serversUnder(before.dir)).toEqual([])
    expect(await scratch.up()).toEqual(before)
  }, 120_000)
})

describe('a start aborted while a database is created', () => {
  it('ends with the reason it was given', async () => {
    const controller = new AbortController()
    const reason = new Error('enough')
    const aborted = startStack({
      root: scratch.root,
      env: bareEnv,
      signal: controller.signal,
      onProgress: ({ service, phase }) => {
        if (service === 'redis' && phase === 'launched') controller.abort(reason)
      },
    })
    await expect(aborted).rejects.toBe(reason)
    expect(serversUnder(join(scratch.root, '.seckill', 'demo'))).toEqual([])
  }, 120_000)
})

describe('a state file that no launcher wrote', () => {
  it('is refused by name and left alone', async () => {
    const dir = join(scratch.root, '.seckill', 'strange')
    mkdirSync(dir, { recursive: true })
    writeFileSync(join(dir, 'state.json'), '{"format":7}')
    await expect(scratch.up('strange')).rejects.toMatchObject({ code: 'STATE_UNREADABLE' })
    expect(readFileSync(join(dir, 'state.json'), 'utf8')).toBe('{"format":7}')
    writeFileSync(
      join(dir, 'state.json'),
      JSON.stringify({ format: 1, name: 'strange', passwords: { app: 'a', migrator: 'b', root: 'c' }, services: {} }),
    )
  })
})
