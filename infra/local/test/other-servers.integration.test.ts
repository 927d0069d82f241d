import { Connection } from 'rabbitmq-client'
import {
  killService,
  obtainOtherServer,
  rabbitmqControl,
  restartService,
  type StackError,
  stackStatus,
  startStack,
  stopStack,
} from 'seckill-local-stack'
import { afterAll, describe, expect, it } from 'vitest'
import { bareEnv, Scratch } from './scratch.js'

const names = ['mysql', 'valkey', 'rabbitmq'] as const
const env = { ...bareEnv, SECKILL_SERVERS: names.join(), TEMPORAL_ADDRESS: process.env.TEMPORAL_ADDRESS }

const missing = await Promise.all(names.map((name) => obtainOtherServer(name, env))).then(
  () => undefined,
  (error: StackError) => error.message,
)
if (missing !== undefined) process.stdout.write(`SKIPPED servers of another Debian release: ${missing}\n`)

const scratch = new Scratch()
afterAll(() => scratch.dispose(), 120_000)

function start(environment: Readonly<Record<string, string | undefined>>) {
  return startStack({ root: scratch.root, env: environment, with: ['rabbitmq'] })
}

describe.skipIf(missing !== undefined)('a stack with servers of another Debian release', () => {
  it('has the servers that are chosen, which keep their data over a kill', async () => {
    const stack = await start(env)
    const version = async () =>
      Object.fromEntries((await stackStatus({ root: scratch.root })).services.map((one) => [one.service, one.version]))
    const expected = { redis: expect.stringMatching(/^Valkey [89]\./), mysql: expect.stringMatching(/^MySQL [89]\./) }
    expect(await version()).toMatchObject(expected)
    expect(await rabbitmqControl(stack, 'version')).toMatch(/^4\./)
    for (const service of ['redis', 'mysql', 'rabbitmq'] as const) {
      await killService(stack, service)
      await restartService(stack, service)
    }
    expect(await version()).toMatchObject(expected)
    const connection = new Connection({ url: stack.rabbitmqUrl ?? '' })
    await connection.queueDeclare({ queue: 'any', durable: true, arguments: { 'x-queue-type': 'quorum' } })
    await connection.close()
  }, 300_000)

  it('is not started on the data of another server', async () => {
    await stopStack({ root: scratch.root })
    const other = start({ ...env, SECKILL_SERVERS: 'redis' })
    await expect(other).rejects.toMatchObject({ code: 'PREPARE_FAILED' })
    await expect(other).rejects.toThrow(/The data of Redis are not of the server that SECKILL_SERVERS chooses, redis/)
  }, 120_000)
})

it('a server that is none is named', async () => {
  const wrong = start({ ...env, SECKILL_SERVERS: 'mysql,oracle' })
  await expect(wrong).rejects.toThrow(/'oracle' is no server that SECKILL_SERVERS can choose.\nIt takes mysql, valkey/)
})
