import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type Monitoring, startMonitoring } from 'seckill-cli/monitoring'
import { findOnPath, findRepositoryRoot } from 'seckill-local-stack'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dashboardExpressions } from '../../infra/checks/src/dashboards.js'
import { metricsIn, rulesOf } from '../../infra/checks/src/rules.js'
import { openSaleUnderTest, type SaleUnderTest } from './sale-under-test.js'

const root = findRepositoryRoot()
let under: SaleUnderTest
beforeAll(async () => {
  under = await openSaleUnderTest()
})
afterAll(() => under?.close())

/** The metrics that a running process tells of, with or without values. */
async function metricsOf(url: string): Promise<readonly string[]> {
  const response = await fetch(url)
  expect(response.status).toBe(200)
  return [...(await response.text()).matchAll(/^# TYPE (\S+) /gm)].map(([, name = '']) => name)
}

it('every metric that a rule of Prometheus names is told by a running API, worker or notifier', async () => {
  const rules = ['recording-rules.yaml', 'alerts.yaml'].flatMap((file) =>
    rulesOf(readFileSync(join(root, 'infra', 'monitoring', file), 'utf8')),
  )
  // Those of a broker are in the tests of the sale by RabbitMQ.
  const named = rules.flatMap(({ expr }) => metricsIn(expr)).filter((name) => !name.startsWith('seckill_intake_'))
  expect(named.length).toBeGreaterThan(15)
  const silent = async (): Promise<readonly string[]> => {
    const urls = (['api', 'worker', 'notifier'] as const).map(under.sale.metricsUrl)
    const told = new Set((await Promise.all(urls.map(metricsOf))).flat())
    return [...named, 'seckill_worker_cached_runs'].filter((name) => !told.has(name))
  }
  // A worker tells of its workflow tasks once it has had one.
  await under.rush(await under.putOnSale(1), { shoppers: 2, rate: 50 })
  await expect.poll(silent).toEqual([])
})

const prometheus = findOnPath('prometheus', process.env)
const alertmanager = findOnPath('prometheus-alertmanager', process.env) ?? findOnPath('alertmanager', process.env)
if (prometheus === undefined || alertmanager === undefined)
  process.stdout.write('SKIPPED the rules in a running Prometheus: prometheus or alertmanager is not here\n')

describe.skipIf(prometheus === undefined || alertmanager === undefined)('a sale that Prometheus watches', () => {
  let monitoring: Monitoring
  let receiver: Server
  const posted: string[] = []

  beforeAll(async () => {
    receiver = createServer((request, response) => {
      request.on('data', (chunk) => posted.push(String(chunk)))
      request.on('end', () => response.end())
    })
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
    const webhookUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`
    const dir = join(under.stack.dir, 'monitoring')
    const programs = { prometheus: prometheus ?? '', alertmanager }
    monitoring = await startMonitoring({ programs, root, dir, sale: under.sale, webhookUrl })
  })
  afterAll(async () => {
    await monitoring?.stop()
    receiver?.close()
  })

  async function ask(path: string): Promise<unknown> {
    const response = await fetch(`${monitoring.prometheusUrl}/api/v1/${path}`)
    return ((await response.json()) as { readonly data: unknown }).data
  }

  async function value(expression: string): Promise<number | undefined> {
    const { result } = (await ask(`query?query=${encodeURIComponent(expression)}`)) as {
      readonly result: readonly { readonly value: readonly [number, string] }[]
    }
    return result[0] === undefined ? undefined : Number(result[0].value[1])
  }

  it('has the figures of its rush in the recorded rules, and an answer for every panel of the dashboards', async () => {
    const voucherId = await under.putOnSale(50)
    await expect.poll(() => value('count(up == 1)'), { timeout: 30_000 }).toBe(4)
    const report = await under.rush(voucherId, { shoppers: 500, rate: 100 })
    expect(report.sent).toBeGreaterThan(0)
    const recorded = ['seckill:purchase_requests:rate1m{result="soldOut"}', 'seckill:purchase_request_seconds:p99_5m']
    for (const name of recorded) await expect.poll(() => value(name), { timeout: 30_000 }).toBeGreaterThan(0)
    const silent = async () => {
      const values = await Promise.all(dashboardExpressions.map(async (expr) => [expr, await value(expr)] as const))
      return values.filter(([, found]) => found === undefined).map(([expr]) => expr)
    }
    await expect.poll(silent, { timeout: 30_000 }).toEqual([])
    const { groups } = (await ask('rules')) as {
      readonly groups: readonly { readonly rules: readonly { readonly name: string; readonly health: string }[] }[]
    }
    const unhealthy = groups.flatMap(({ rules }) => rules).filter(({ health }) => health !== 'ok')
    expect(unhealthy).toEqual([])
  })

  it('posts an alert to the webhook when its notifier has died', async () => {
    await under.sale.kill('notifier')
    await expect.poll(() => posted.join(''), { timeout: 90_000, interval: 500 }).toContain('"alertname":"ProcessDown"')
    expect(posted.join('')).toContain('docs/runbook.md#a-process-is-down')
    await under.sale.restart('notifier')
  })
})
