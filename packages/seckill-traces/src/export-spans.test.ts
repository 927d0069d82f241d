import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTraces } from './open-traces.js'
import type { EndedSpan } from './span.js'

const received: string[] = []
const logged: string[] = []
const logger = pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) })
let collector: Server
let endpoint: string
beforeAll(async () => {
  collector = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', () => {
      received.push(`${request.url} ${body}`)
      response.end('{}')
    })
  })
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve))
  endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`
})
afterAll(() => void collector.close())

const place = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' }
const span: EndedSpan = { name: 'admit', kind: 'client', place, from: 1_000.5, to: 2_000 }

describe('the traces of a process', () => {
  it('go to the collector once they are closed, as they were recorded', async () => {
    const traces = await openTraces({ endpoint: `${endpoint}/`, serviceName: undefined }, 'seckill-test', logger)
    const links = Array.from({ length: 200 }, () => place)
    traces?.record({ ...span, parent: place, links, attributes: { units: 2 }, failed: 'no answer' })
    await traces?.close()
    const [path, body = ''] = received.at(-1)?.split(/ (.*)/) ?? []
    const { resourceSpans } = JSON.parse(body)
    expect(path).toBe('/v1/traces')
    expect(resourceSpans[0].resource.attributes).toContainEqual({
      key: 'service.name',
      value: { stringValue: 'seckill-test' },
    })
    const [sent] = resourceSpans[0].scopeSpans[0].spans
    expect(sent).toMatchObject({
      ...place,
      parentSpanId: place.spanId,
      name: 'admit',
      kind: 3,
      startTimeUnixNano: '1000500000',
      endTimeUnixNano: '2000000000',
      attributes: [{ key: 'units', value: { intValue: 2 } }],
      status: { code: 2, message: 'no answer' },
      droppedLinksCount: 72,
    })
    expect(sent.links).toHaveLength(128)
  })

  it('are lost where no collector answers, which the log tells, and close all the same', async () => {
    const config = { endpoint: 'http://127.0.0.1:9', serviceName: 'other' }
    const traces = await openTraces(config, 'seckill-test', logger)
    traces?.record(span)
    await traces?.close()
    expect(logged.join('')).toContain('the collector does not take traces')
  })

  it('are none without a collector', async () => {
    expect(await openTraces(undefined, 'seckill-test', logger)).toBeUndefined()
  })
})
