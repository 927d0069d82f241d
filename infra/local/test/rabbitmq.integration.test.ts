import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { Connection } from 'rabbitmq-client'
import {
  type Environment,
  findRabbitmq,
  findStack,
  killService,
  rabbitmqControl,
  restartService,
  type Stack,
  stackStatus,
  startStack,
  stopStack,
} from 'seckill-local-stack'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bareEnv, recorded, Scratch, serversUnder } from './scratch.js'

const installed = findRabbitmq(process.env) !== undefined
if (!installed) process.stderr.write('  The tests of RabbitMQ are skipped: install rabbitmq-server.\n')

const scratch = new Scratch()
/** The other servers are those of the test run. */
const env: Environment = {
  ...bareEnv,
  REDIS_URL: process.env.REDIS_URL,
  DATABASE_URL: process.env.DATABASE_MIGRATION_URL,
  TEMPORAL_ADDRESS: process.env.TEMPORAL_ADDRESS,
}

function start(): Promise<Stack> {
  return startStack({ root: scratch.root, env, with: ['rabbitmq'] })
}

async function withConnection<T>(url: string, use: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = new Connection({ url, retryLow: 20 })
  connection.on('error', () => undefined)
  try {
    return await use(connection)
  } finally {
    await connection.close()
  }
}

/** RabbitMQ 3.10 writes the name of a new quorum queue to disk half a second later; one killed before has the queue without its messages. */
function knowsQueue({ dir }: Stack, queue: string): boolean {
  const folder = join(dir, 'rabbitmq', 'data', 'node', 'quorum')
  return readdirSync(folder).some((node) => readFileSync(join(folder, node, 'names.dets')).includes(queue))
}

describe.skipIf(!installed)('a stack with RabbitMQ', () => {
  let stack: Stack
  let url: string
  beforeAll(async () => {
    stack = await start()
    url = stack.rabbitmqUrl ?? ''
  }, 300_000)
  afterAll(() => scratch.dispose(), 120_000)

  it('gives its clients its address, and the page where the plugin is installed', async () => {
    expect(stack.env).toMatchObject({ RABBITMQ_URL: url })
    const { protocol, hostname, password } = new URL(url)
    expect([protocol, hostname]).toEqual(['amqp:', '127.0.0.1'])
    expect(password.length).toBeGreaterThanOrEqual(24)
    if (stack.rabbitmqManagementUrl !== null) expect((await fetch(stack.rabbitmqManagementUrl)).status).toBe(200)
  })

  it('keeps password and cookie to its owner, and the password out of the process list', () => {
    const folder = join(stack.dir, 'rabbitmq')
    expect(statSync(join(folder, 'rabbitmq.conf')).mode & 0o777).toBe(0o600)
    expect(statSync(join(folder, 'home', '.erlang.cookie')).mode & 0o777).toBe(0o400)
    const commandLine = readFileSync(`/proc/${recorded(stack).rabbitmq?.pid}/cmdline`, 'utf8')
    expect(commandLine).not.toContain(new URL(url).password)
  })

  it('is found again with it, and is healthy in its status, which shows no password', async () => {
    expect(await findStack({ root: scratch.root })).toEqual(stack)
    const status = await stackStatus({ root: scratch.root })
    expect(status.services.map(({ service, condition }) => [service, condition])).toContainEqual([
      'rabbitmq',
      'healthy',
    ])
    expect(JSON.stringify(status)).not.toContain(new URL(url).password)
  })

  it('has a node of its own, which rabbitmqctl asks', async () => {
    expect(await rabbitmqControl(stack, 'list_users')).toContain('seckill')
  })

  it('keeps a persistent message through a kill, on the same port', async () => {
    const queue = { queue: 'kept', durable: true, arguments: { 'x-queue-type': 'quorum' } } as const
    await withConnection(url, async (connection) => {
      const publisher = connection.createPublisher({ confirm: true, queues: [queue] })
      await publisher.send({ routingKey: 'kept', durable: true }, 'still here')
      await publisher.close()
    })
    await expect.poll(() => knowsQueue(stack, 'kept')).toBe(true)
    await killService(stack, 'rabbitmq')
    await restartService(stack, 'rabbitmq')
    await withConnection(url, async (connection) => {
      await expect
        .poll(() => connection.basicGet('kept').catch(() => undefined), { timeout: 60_000 })
        .toMatchObject({ body: 'still here' })
    })
  }, 300_000)

  it('stops without the other servers, and is still healthy without it', async () => {
    await stopStack({ root: scratch.root, services: ['rabbitmq'] })
    expect(serversUnder(stack.dir)).toEqual([])
    expect((await findStack({ root: scratch.root }))?.rabbitmqUrl).toBeNull()
    expect((await stackStatus({ root: scratch.root })).healthy).toBe(true)
  }, 120_000)
})
