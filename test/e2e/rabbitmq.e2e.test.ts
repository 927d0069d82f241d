import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readSaleMode } from 'seckill-cli/sale'
import { openBroker } from 'seckill-intake/broker'
import {
  findRabbitmq,
  findRepositoryRoot,
  killService,
  rabbitmqControl,
  restartService,
  startStack,
} from 'seckill-local-stack'
import { traceOf } from 'seckill-store/gate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { metricsIn, rulesOf } from '../../infra/checks/src/rules.js'
import { e2eStack, withoutServers } from '../setup/e2e-stack-name.js'
import { writeLine } from '../setup/progress.js'
import { hasBrowser, lookAt, openBrowser, openPage } from './browser.js'
import { buy, traceParent } from './buy.js'
import { openSaleUnderTest, type SaleUnderTest, unended } from './sale-under-test.js'
import { startTraceReceiver, type TraceReceiver } from './trace-receiver.js'

const installed = findRabbitmq(process.env) !== undefined
if (!installed) writeLine('The sale by RabbitMQ is skipped: install rabbitmq-server.')

/** A run whose message is lost comes again after this time. */
const leaseMs = 3_000
const queue = 'seckill.intake'

describe.skipIf(!installed)('a sale whose runs come by RabbitMQ', () => {
  let under: SaleUnderTest
  let receiver: TraceReceiver
  beforeAll(async () => {
    await startStack({ ...e2eStack, env: withoutServers(process.env), with: ['rabbitmq'] })
    receiver = await startTraceReceiver()
    const collector = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url }
    const api = { ...collector, OTEL_TRACES_SAMPLER: 'parentbased_always_off', INTAKE_LEASE_MS: String(leaseMs) }
    under = await openSaleUnderTest({}, collector, api)
  })
  afterAll(async () => {
    await under?.close()
    await receiver?.close()
    if (under !== undefined) await killService(under.stack, 'rabbitmq')
  })

  async function expectWhole(voucherId: number, accepted: readonly string[], orders: number): Promise<void> {
    const certified = await under.certify(voucherId)
    expect(certified.invariants.checks.filter((check) => !check.ok)).toEqual([])
    expect(certified).toMatchObject({ orders, oversold: 0, duplicates: 0, lost: 0, leaked: 0 })
    expect(accepted).toHaveLength(orders)
    expect(await unended(under.sources, accepted)).toEqual([])
    const mode = () => readSaleMode(under.sale, certified.runs?.workflows ?? 0)
    await expect.poll(mode).toMatchObject({ rabbitmq: true })
  }

  /** RabbitMQ 3.10 writes the name of a new queue to disk half a second later; a broker killed before loses its messages. */
  function isOnDisk(): boolean {
    const folder = join(under.stack.dir, 'rabbitmq', 'data', 'node', 'quorum')
    return readdirSync(folder).some((node) => readFileSync(join(folder, node, 'names.dets')).includes(queue))
  }

  it('goes on after the broker was killed in mid-sale: what was accepted waits in the gate, and all of it is served', async () => {
    const voucherId = await under.putOnSale(400)
    await expect.poll(isOnDisk).toBe(true)
    let fault: Promise<void> | undefined
    const report = await under.rush(voucherId, { shoppers: 800, rate: 800 }, (sent) => {
      if (sent >= 200) fault ??= killService(under.stack, 'rabbitmq')
    })
    await fault
    expect(report.failures).toEqual({})
    await restartService(under.stack, 'rabbitmq')
    await expectWhole(voucherId, report.traceIds, 400)
  })

  it('has the way by the broker in the trace of a purchase', async () => {
    const traceId = await buy(under.sale, await under.putOnSale(1), 1, { traceparent: traceParent('01') })
    const spans = () =>
      receiver.trace(traceOf(traceId)?.traceId ?? '').map(({ service, name }) => `${service}: ${name}`)
    await expect.poll(spans).toContain('seckill-api: publish run')
    await expect.poll(spans).toContain('seckill-worker: start run')
    await expect.poll(spans).toContain('seckill-worker: createOrder')
  })

  it('tells every metric that an alert about the broker names', async () => {
    const pages = await Promise.all(
      (['api', 'worker'] as const).map(async (role) => (await fetch(under.sale.metricsUrl(role))).text()),
    )
    const rules = rulesOf(readFileSync(join(findRepositoryRoot(), 'infra/monitoring/alerts.yaml'), 'utf8'))
    const named = rules.flatMap(({ expr }) => metricsIn(expr)).filter((name) => name.startsWith('seckill_intake_'))
    expect(named.length).toBeGreaterThan(0)
    expect(named.filter((name) => !pages.join('').includes(`# TYPE ${name} `))).toEqual([])
  })

  it('goes on after an alarm of the broker in mid-sale, which takes no messages meanwhile', async () => {
    const voucherId = await under.putOnSale(100)
    let fault: Promise<unknown> | undefined
    const report = await under.rush(voucherId, { shoppers: 200, rate: 200 }, (sent) => {
      if (sent >= 50) fault ??= rabbitmqControl(under.stack, 'set_disk_free_limit', '900000GB')
    })
    await fault
    expect(report.failures).toEqual({})
    await rabbitmqControl(under.stack, 'set_disk_free_limit', '50MB')
    await expectWhole(voucherId, report.traceIds, 100)
  })

  it('serves the purchases whose messages an operator purged', async () => {
    const voucherId = await under.putOnSale(50)
    await under.sale.kill('worker')
    const report = await under.rush(voucherId, { shoppers: 100, rate: 200 })
    const messages = async () => await rabbitmqControl(under.stack, 'list_queues', 'name', 'messages_ready')
    await expect.poll(messages).toMatch(new RegExp(`^${queue}\\s+[1-9]`, 'm'))
    await rabbitmqControl(under.stack, 'purge_queue', queue)
    await under.sale.restart('worker')
    await expectWhole(voucherId, report.traceIds, 50)
  })

  it.runIf(hasBrowser())('shows an operator a message that no consumer could take, its body as text', async () => {
    const messageId = `nobodys-run-${Date.now()}`
    const body = '<b>no run</b> \u202eשלום\u202c 🎁 '.padEnd(200, 'x')
    await publish(messageId, body)
    const browser = await openBrowser()
    try {
      const { page, faults } = await openPage(await browser.newContext({ baseURL: under.sale.admin.url }))
      await page.goto('/#/letters')
      await page.getByRole('button', { name: 'Enter as viewer' }).click()
      const row = page.getByRole('row').filter({ hasText: messageId })
      await expect
        .poll(async () => {
          await page.reload()
          await page.getByText('No letter waits for a worker.').waitFor()
          return row.count()
        })
        .toBe(1)
      const text = await row.textContent()
      expect(text).toContain('rejected')
      expect(text).toContain('nothing was refused; the gate gave its run again')
      expect(text).toContain('<b>no run</b>')
      expect(text).toContain('שלום')
      expect(await page.locator('main b').count()).toBe(0)
      expect(await lookAt(page, 'console-dead-letters')).toEqual([])
      expect(faults).toEqual([])
    } finally {
      await browser.close()
    }
  })

  /** Publishes what no consumer can take. */
  async function publish(messageId: string, body: string): Promise<void> {
    const broker = openBroker({ url: under.stack.rabbitmqUrl ?? '', prefix: 'seckill' }, 'a stranger', silent)
    const publisher = broker.createPublisher({ confirm: true })
    await publisher.send({ exchange: 'seckill.exchange', routingKey: queue, messageId }, Buffer.from(body))
    await publisher.close()
    await broker.close()
  }
})

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
