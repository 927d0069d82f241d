import type { IncomingMessage } from 'node:http'
import { Registry } from 'prom-client'
import { test } from 'vitest'
import { z } from 'zod'
import { createBlockList } from './block-list.js'
import { createProtection } from './protection.js'
import { protectionConfigOf, protectionVariables } from './protection-variables.js'

const variables = { TRUSTED_PROXY_HOPS: '1', PURCHASES_PER_ADDRESS: '1000000', PURCHASES_PER_USER: '1000000' }

const blocks = Array.from({ length: 100 }, (_, at) => ({
  subject: { addresses: `10.${at}.0.0/16` },
  reason: 'a bot farm',
  actor: 'user:9',
  createdAt: 0,
  endsAt: null,
}))

/** Run with `npx vitest bench --project 'unit*' apps/api/src/protection`. */
test('what stands before the gate, a purchase', async ({ bench }) => {
  const config = protectionConfigOf(z.object(protectionVariables('production')).parse(variables))
  const protection = createProtection({
    config,
    assessRisk: createBlockList(blocks),
    tokens: { isValid: () => true },
    registry: new Registry(),
  })
  const from = (forwarded: string) =>
    ({ headers: { 'x-forwarded-for': forwarded }, socket: { remoteAddress: '10.0.0.1' } }) as unknown as IncomingMessage
  const shoppers = Array.from({ length: 100_000 }, (_, at) =>
    from(`203.${at % 250}.${Math.floor(at / 250) % 250}.${at % 199}`),
  )
  const inIpv6 = from('2001:db8:1:2:3:4:5:6')
  let next = 0
  await bench.compare(
    bench('each user once, of 100,000 addresses', () => {
      const at = next++
      const request = shoppers[at % shoppers.length] as IncomingMessage
      const address = protection.enter(request)
      protection.admitUser({ userId: at, address, request })
    }),
    bench('of one address in IPv6', () => {
      const address = protection.enter(inIpv6)
      protection.admitUser({ userId: next++, address, request: inIpv6 })
    }),
  )
  protection.stop()
})
