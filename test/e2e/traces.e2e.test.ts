import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { payAt, startPayment } from 'seckill-cli/payers'
import { signToken } from 'seckill-cli/sale'
import { traceOf } from 'seckill-store/gate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buy, caller, traceParent } from './buy.js'
import { openSaleUnderTest, type SaleUnderTest, told } from './sale-under-test.js'
import { type ReceivedSpan, startTraceReceiver, type TraceReceiver } from './trace-receiver.js'

const folder = mkdtempSync(join(tmpdir(), 'seckill-traces-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Has a process write each package of OpenTelemetry that it loads into a file. */
function listingModules(file: string): Readonly<Record<string, string>> {
  const hook = new URL('./list-modules.mjs', import.meta.url)
  hook.searchParams.set('file', file)
  return { NODE_OPTIONS: `--import=${hook.href}` }
}

function modulesIn(file: string): readonly string[] {
  if (!existsSync(file)) return []
  return [...new Set(readFileSync(file, 'utf8').trim().split('\n'))].sort()
}

const payment = ['POST /api/v1/payments/{orderId}', 'open payment at provider', 'payment callback']
const steps = ['@own', 'checkUser', 'checkVoucher', 'deductStock', 'createOrder', 'payment (decide)']
const first = 'seckill-api: POST /api/v1/vouchers/{voucherId}/purchases'
/** The spans of a purchase that is paid, but the first. */
const stages = [
  ...['admit', 'wait for a run', 'start run', ...payment].map((name) => `seckill-api: ${name}`),
  ...steps.map((name) => `seckill-worker: ${name}`),
  ...['notify WON by log', 'notify PAID by log'].map((name) => `seckill-notifier: ${name}`),
]

/** Pays the order of a purchase as its buyer does, and waits until he was told. */
async function pay(under: SaleUnderTest, voucherId: number, userId: number, traceId: string): Promise<void> {
  const toldOf = (kind: 'WON' | 'PAID') => told(under.sources, voucherId, { kind, channel: 'log' })
  await expect.poll(() => toldOf('WON')).toContain(traceId)
  const { api, secret } = under.sale
  const desk = { apiUrl: api.url, tokenOf: (user: number) => signToken(secret, { userId: user }) }
  await payAt(
    await startPayment(desk, { orderId: `O-${traceId}`, traceId, userId, payBefore: Number.MAX_SAFE_INTEGER }),
  )
  await expect.poll(() => toldOf('PAID')).toContain(traceId)
}

function placeOf({ traceId, spanId }: ReceivedSpan): string {
  return `${traceId}-${spanId}`
}

function names({ attributes }: ReceivedSpan, voucherId: number): boolean {
  return Object.values(attributes).some((value) => `${value}`.includes(`${voucherId}`))
}

/** The lines of a process's log that name a purchase. */
function linesOf(under: SaleUnderTest, role: string, traceId: string): readonly Readonly<Record<string, unknown>>[] {
  const lines = readFileSync(join(under.stack.dir, 'sale', `${role}.log`), 'utf8').split('\n')
  return lines.filter((line) => line.startsWith('{') && line.includes(traceId)).map((line) => JSON.parse(line))
}

describe('a sale with a collector', () => {
  const listed = join(folder, 'on')
  let receiver: TraceReceiver
  let under: SaleUnderTest
  let voucherId: number
  beforeAll(async () => {
    receiver = await startTraceReceiver()
    const collector = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url }
    const sampler = { OTEL_TRACES_SAMPLER: 'parentbased_always_off', LOG_LEVEL: 'debug' }
    under = await openSaleUnderTest(collector, collector, { ...collector, ...sampler, ...listingModules(listed) })
    voucherId = await under.putOnSale(10)
  })
  afterAll(async () => {
    await under?.close()
    await receiver?.close()
  })

  it('has one trace of a purchase from its request to the message that it is paid, and none of the one beside it', async () => {
    const unsampled = await buy(under.sale, voucherId, 2, { traceparent: traceParent('00') })
    const sampled = await buy(under.sale, voucherId, 1, { traceparent: traceParent('01') })
    await pay(under, voucherId, 2, unsampled)
    await pay(under, voucherId, 1, sampled)

    const place = traceOf(sampled)
    if (place === undefined) throw new Error(`${sampled} is not traced.`)
    // On a busy machine an attempt may be made twice.
    const seen = () => new Set(receiver.trace(place.traceId).map(({ service, name }) => `${service}: ${name}`))
    await expect.poll(seen).toEqual(new Set([first, ...stages]))
    const all = receiver.trace(place.traceId)
    const root = all.find(({ parentSpanId }) => parentSpanId === '')
    const rest = all.filter((span) => span !== root)
    expect(root).toMatchObject({
      service: 'seckill-api',
      name: 'POST /api/v1/vouchers/{voucherId}/purchases',
      spanId: place.spanId,
      parentSpanId: '',
      attributes: { 'seckill.reservation_id': sampled, 'http.response.status_code': 202 },
      links: [`${caller.traceId}-${caller.spanId}`],
    })
    expect(rest.map(({ parentSpanId }) => parentSpanId)).toEqual(rest.map(() => place.spanId))
    // Clocks of two processes differ.
    const ofApi = new Set(rest.filter(({ service }) => service === 'seckill-api').map(({ name }) => name))
    ofApi.delete('wait for a run')
    expect([...ofApi]).toEqual(['admit', 'start run', ...payment])
    expect(rest.filter(({ from, to }) => to < from)).toEqual([])
    expect(new Set(rest.map(({ spanId }) => spanId)).size).toBe(rest.length)

    expect(traceOf(unsampled)).toBeUndefined()
    const started = rest.find(({ name }) => name === 'start run')
    const [runId = ''] = started?.links[0]?.split('-') ?? []
    const order = rest.find(({ name }) => name === 'createOrder')
    await expect.poll(() => receiver.trace(runId).map(placeOf)).toContain(order?.links[0])
    const run = receiver.trace(runId)
    expect(run.find(({ parentSpanId }) => parentSpanId === '')).toMatchObject({
      name: 'purchase run',
      links: [`${place.traceId}-${place.spanId}`],
    })
    const ofSet = run.find((span) => placeOf(span) === order?.links[0])
    expect(ofSet).toMatchObject({ name: 'createOrder', links: [order && placeOf(order)] })
    // The sale also goes on with runs that earlier files have left.
    const ofVoucher = receiver.spans.filter((span) => names(span, voucherId))
    expect(new Set(ofVoucher.map(({ traceId }) => traceId))).toEqual(new Set([place.traceId, runId]))
  })

  it('names the trace in the lines of its logs', async () => {
    const traced = await buy(under.sale, voucherId, 3, { traceparent: traceParent('01') })
    const other = await buy(under.sale, voucherId, 4)
    const place = traceOf(traced)
    for (const role of ['api', 'notifier']) {
      await expect.poll(() => linesOf(under, role, other)).not.toHaveLength(0)
      await expect.poll(() => linesOf(under, role, traced)).not.toHaveLength(0)
      for (const line of linesOf(under, role, traced))
        expect(line).toMatchObject({ traceId: traced, trace_id: place?.traceId, span_id: place?.spanId })
      for (const line of linesOf(under, role, other)) expect(line).not.toHaveProperty('trace_id')
    }
  })

  it('loads the exporter', () => {
    expect(modulesIn(listed)).toContain('exporter-trace-otlp-http')
  })
})

describe('a sale without a collector', () => {
  const listed = join(folder, 'off')
  let under: SaleUnderTest
  beforeAll(async () => {
    under = await openSaleUnderTest({}, {}, listingModules(listed))
  })
  afterAll(() => under?.close())

  it('traces nobody, whatever a request says, and loads nothing of OpenTelemetry but the names that prom-client asks for', async () => {
    const traceId = await buy(under.sale, await under.putOnSale(1), 1, { traceparent: traceParent('01') })
    expect(traceOf(traceId)).toBeUndefined()
    expect(modulesIn(listed)).toEqual(['api'])
  })
})
