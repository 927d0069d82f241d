import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { killService, resetStack, restartService, type Stack, stackStatus, stopStack } from 'seckill-local-stack'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { bareEnv, recorded, Scratch, serversUnder } from './scratch.js'

const scratch = new Scratch()
let stack: Stack
beforeAll(async () => {
  stack = await scratch.up('given')
}, 120_000)
afterAll(() => scratch.dispose(), 120_000)

let bystander: ChildProcess | undefined
afterEach(() => {
  bystander?.kill('SIGKILL')
  bystander = undefined
})

async function startBystander(): Promise<ChildProcess & { readonly pid: number }> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  bystander = child
  await once(child, 'spawn')
  if (child.pid === undefined) throw new Error('the bystander has no pid')
  return child as ChildProcess & { readonly pid: number }
}

/** Writes a state whose Redis has the pid of a process that is not it. */
function stateWithRecycledPid(name: string, pid: number, startTime: string): string {
  const dir = join(scratch.root, '.seckill', name)
  mkdirSync(join(dir, 'redis'), { recursive: true })
  const state = JSON.parse(readFileSync(join(stack.dir, 'state.json'), 'utf8'))
  const redis = { ...state.services.redis, dataDir: join(dir, 'redis', 'data'), pid, startTime }
  writeFileSync(join(dir, 'state.json'), JSON.stringify({ ...state, name, services: { redis } }))
  writeFileSync(join(dir, 'redis', 'server.pid'), `${pid}\n`)
  return dir
}

describe('stopping', () => {
  it('spares a process that has the pid of a dead server', async () => {
    const { pid, signalCode } = await startBystander()
    stateWithRecycledPid('recycled', pid, 'another-boot:1')
    await stopStack({ root: scratch.root, name: 'recycled' })
    const status = await stackStatus({ root: scratch.root, name: 'recycled' })
    await resetStack({ root: scratch.root, name: 'recycled' })
    expect(status.services[0]).toMatchObject({ service: 'redis', condition: 'stopped', pid: null })
    expect(process.kill(pid, 0)).toBe(true)
    expect([signalCode, bystander?.signalCode]).toEqual([null, null])
  })

  it('of a stack that never was is no error', async () => {
    await stopStack({ root: scratch.root, name: 'never' })
    expect(existsSync(join(scratch.root, '.seckill', 'never'))).toBe(false)
  })

  it('spares servers given by URL, which are used as they are', async () => {
    const using = await scratch.up('using', { ...bareEnv, ...stack.env })
    expect(using.env).toEqual(stack.env)
    expect(serversUnder(using.dir)).toEqual([])
    await expect(killService(using, 'redis')).rejects.toMatchObject({ code: 'NOT_OURS' })
    await stopStack({ root: scratch.root, name: 'using' })
    await resetStack({ root: scratch.root, name: 'using' })
    expect((await stackStatus({ root: scratch.root, name: 'given' })).healthy).toBe(true)
  })

  it('uses the URL of the app for migrations when there is no other', async () => {
    const { DATABASE_MIGRATION_URL: _, ...env } = stack.env
    const using = await scratch.up('using', { ...bareEnv, ...env })
    expect(using.databaseMigrationUrl).toBe(stack.databaseUrl)
  })
})

describe('a fault test', () => {
  it.each(['redis', 'mysql', 'temporal'] as const)(
    'kills %s and starts it again on the same port',
    async (service) => {
      const before = recorded(stack)[service]
      await killService(stack, service, 'SIGKILL')
      await expect(killService(stack, service)).rejects.toMatchObject({ code: 'NOT_RUNNING' })
      await restartService(stack, service)
      const after = recorded(stack)[service]
      expect(after?.pid).not.toBe(before?.pid)
      expect(after).toMatchObject({ ...before, pid: after?.pid, startTime: after?.startTime })
      expect((await stackStatus({ root: scratch.root, name: 'given' })).healthy).toBe(true)
    },
    60_000,
  )
})
