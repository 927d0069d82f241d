import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Client, Connection } from '@temporalio/client'
import { Redis } from 'ioredis'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { killService, neededServices, type Stack, stackStatus } from 'seckill-local-stack'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { recorded, Scratch, serversUnder } from './scratch.js'

const launcher = fileURLToPath(new URL('programs/launcher.mjs', import.meta.url))
let scratch: Scratch
beforeEach(() => {
  scratch = new Scratch()
})
afterEach(() => scratch.dispose(), 120_000)

/** Runs a launcher that kills itself in a phase of a service, and resolves with its signal. */
function launchAndDie(service: string, phase: string): Promise<NodeJS.Signals | null> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [launcher, scratch.root, 'demo', service, phase])
    child.once('exit', (_code, signal) => resolve(signal))
  })
}

describe('after kill -9 of the launcher', () => {
  const launches = neededServices.flatMap((service) =>
    (['launching', 'launched'] as const).map((phase) => ({ service, phase })),
  )
  const moments = [{ service: 'mysql', phase: 'working' } as const, ...launches]

  it.each(moments)(
    'while $service is $phase, the next start recovers with one server each',
    async ({ service, phase }) => {
      expect(await launchAndDie(service, phase)).toBe('SIGKILL')
      const left = serversUnder(join(scratch.root, '.seckill', 'demo'))
      const stack = await scratch.up()
      expect((await stackStatus({ root: scratch.root })).healthy).toBe(true)
      const running = serversUnder(stack.dir)
      expect(running).toHaveLength(3)
      expect(
        Object.values(recorded(stack))
          .map(({ pid }) => pid)
          .toSorted(),
      ).toEqual([...running].toSorted())
      // The server that the dead launcher had launched is taken over, not launched again.
      if (phase === 'launched') {
        expect(left).toContain(recorded(stack)[service]?.pid)
        expect(scratch.outcomes()[service]).toBe('reused')
      }
    },
    120_000,
  )
})

describe('two launchers at once', () => {
  it('start one set of servers', async () => {
    const [first, second] = await Promise.all([scratch.up(), scratch.up()])
    expect(first).toEqual(second)
    expect(serversUnder(first.dir)).toHaveLength(3)
  }, 120_000)
})

describe('a server that was killed', () => {
  it('is started again on its port with its data, and only it', async () => {
    const stack = await scratch.up()
    await writeEverywhere(stack)
    await killService(stack, 'mysql')
    expect(await scratch.up()).toEqual(stack)
    expect(scratch.outcomes()).toEqual({ redis: 'reused', mysql: 'ready', temporal: 'reused' })
    expect(await readEverywhere(stack)).toEqual({ key: 'kept', row: 'kept', workflow: 'RUNNING' })
  }, 120_000)

  it('loses nothing when all three are killed', async () => {
    const stack = await scratch.up()
    await writeEverywhere(stack)
    for (const service of neededServices) await killService(stack, service)
    expect(serversUnder(stack.dir)).toEqual([])
    expect(await scratch.up()).toEqual(stack)
    expect(await readEverywhere(stack)).toEqual({ key: 'kept', row: 'kept', workflow: 'RUNNING' })
  }, 120_000)
})

async function writeEverywhere(stack: Stack): Promise<void> {
  const redis = new Redis(stack.redisUrl)
  await redis.set('k', 'kept')
  redis.disconnect()
  const database = await createConnection({ uri: stack.databaseMigrationUrl })
  await database.query('CREATE TABLE kept (v VARCHAR(10) PRIMARY KEY)')
  await database.query("INSERT INTO kept VALUES ('kept')")
  await database.end()
  const connection = await Connection.connect({ address: stack.temporalAddress })
  const client = new Client({ connection })
  await client.workflow.start('unserved', { taskQueue: 'nobody', workflowId: 'kept' })
  await connection.close()
}

async function readEverywhere(stack: Stack): Promise<unknown> {
  const redis = new Redis(stack.redisUrl)
  const key = await redis.get('k')
  redis.disconnect()
  const database = await createConnection({ uri: stack.databaseUrl })
  const [rows] = await database.query<RowDataPacket[]>('SELECT v FROM kept')
  await database.end()
  const connection = await Connection.connect({ address: stack.temporalAddress })
  const { status } = await new Client({ connection }).workflow.getHandle('kept').describe()
  await connection.close()
  return { key, row: rows[0]?.v, workflow: status.name }
}
