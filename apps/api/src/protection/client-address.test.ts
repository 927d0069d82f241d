import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { createClientAddress, networkOf } from './client-address.js'

function request(remoteAddress: string, forwarded?: string): IncomingMessage {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }
  return { headers, socket: { remoteAddress } } as unknown as IncomingMessage
}

describe('the address of a client', () => {
  it.each([
    ['is its connection without a proxy, whatever the request claims', 0, '6.6.6.6', '192.0.2.9'],
    ['is what the one proxy wrote, not what the client wrote before it', 1, '6.6.6.6, 198.51.100.7', '198.51.100.7'],
    ['is what the outer one of two proxies wrote', 2, '6.6.6.6, 198.51.100.7, 10.0.0.1', '198.51.100.7'],
    ['is its connection where the header has fewer entries than proxies', 2, '6.6.6.6', '192.0.2.9'],
    ['is its connection where the entry is no address', 1, 'unknown', '192.0.2.9'],
  ])('%s', (_, hops, forwarded, address) => {
    expect(createClientAddress(hops)(request('192.0.2.9', forwarded))).toBe(address)
  })

  it('is not known where the number of proxies is not', () => {
    expect(createClientAddress(undefined)(request('192.0.2.9', '6.6.6.6'))).toBeUndefined()
  })
})

describe('the network of an address', () => {
  it.each([
    ['192.0.2.9', '192.0.2.9'],
    ['::ffff:192.0.2.9', '192.0.2.9'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::'],
    ['2001:DB8:1:2::1', '2001:db8:1:2::'],
    ['2001:db8::2:3:4:5:6', '2001:db8:0:2::'],
    ['2001:db8:0:0:3:4:5:6', '2001:db8::'],
    ['2001:0db8:1:2:3:4:5:6', '2001:db8:1:2::'],
    ['2001:db8:1:2:3:4:5:6%eth0', '2001:db8:1:2::'],
    ['2001:db8:1:2:3:4:5:6:7', undefined],
    ['fe80::1%eth0', 'fe80::'],
    ['256.0.2.9', undefined],
    ['192.0.2', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})
