import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { watchRemaining } from './watch-remaining.js'

it('the units left are read from the start to the end of a rush, without the readings that got no figure', async () => {
  const answers = ['{"data":{"remaining":100}}', '<html>', '{"data":{"remaining":null}}', '{"data":{"remaining":0}}']
  let asked = 0
  const server = createServer((_request, response) => response.end(answers[Math.min(asked++, answers.length - 1)]))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  try {
    const watch = watchRemaining(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 7)
    while (asked < answers.length - 1) await setImmediate()
    const remaining = await watch.end()
    expect(remaining.map(([, units]) => units)).toEqual([100, ...remaining.slice(1).map(() => 0)])
    expect(remaining.length).toBeGreaterThan(1)
  } finally {
    server.close()
  }
})
