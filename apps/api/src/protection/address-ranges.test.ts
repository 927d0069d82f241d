import { BlockList } from 'node:net'
import { expect, it, vi } from 'vitest'
import { createAddressRanges } from './address-ranges.js'
import { networkOf } from './client-address.js'

/** A repeatable sequence of numbers below `most`. */
function numbers(seed: number): (most: number) => number {
  let state = seed
  return (most) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % most
  }
}

const below = numbers(7)
const ipv4 = () => [10 + below(4), below(8), below(256), below(256)].join('.')
const ipv6 = () => ['2001', 'db8', below(6).toString(16), below(65_536).toString(16)].join(':')

/** Ranges of every length, some of which overlap, as the block list has them. */
function rangesOf(count: number) {
  const list = new BlockList()
  const ranges = Array.from({ length: count }, (_, at) => {
    const family = at % 2 === 0 ? 'ipv4' : 'ipv6'
    const prefix = family === 'ipv4' ? 20 + below(13) : 44 + below(21)
    const network = family === 'ipv4' ? ipv4() : `${ipv6()}::`
    list.addSubnet(network, prefix, family)
    return `${network}/${prefix}`
  })
  return { list, ranges }
}

it.each([1, 100, 1_000])('%i ranges: an address is in them where net.BlockList has it', (count) => {
  const { list, ranges } = rangesOf(count)
  const isIn = createAddressRanges(ranges)
  let found = 0
  for (let at = 0; at < 5_000; at++) {
    const address = networkOf(at % 2 === 0 ? ipv4() : `${ipv6()}:1:2:3:4`) ?? ''
    const expected = list.check(address, at % 2 === 0 ? 'ipv4' : 'ipv6')
    expect(isIn(address), address).toBe(expected)
    if (expected) found++
  }
  expect(found).toBeLessThan(5_000)
  if (count > 1) expect(found).toBeGreaterThan(0)
})

it.each([
  ['::', '::/64', true],
  ['::', '::/16', true],
  ['0:0:0:1::', '::/64', false],
  ['2001:db8::', '2001:db8::/32', true],
  ['2001:db9::', '2001:db8::/32', false],
  ['2001:db8:0:2::', '2001:db8:0:2::/64', true],
  ['2001:db8:0:3::', '2001:db8:0:2::/64', false],
  ['ffff:ffff:ffff:ffff::', 'ffff:ffff:ffff:ffff::/64', true],
  ['255.255.255.255', '255.255.255.255/32', true],
  ['255.255.255.254', '255.255.255.255/32', false],
  ['128.0.0.1', '128.0.0.0/8', true],
  ['203.0.113.7', '2001:db8::/32', false],
])('%s in %s: %s', (address, range, expected) => {
  expect(createAddressRanges([range])(address)).toBe(expected)
})

it('an address is looked for once for each length of a prefix, among a hundred ranges as among ten thousand', () => {
  const looks = [100, 10_000].map((count) => {
    const ranges = Array.from({ length: count }, (_, at) => `10.${at >> 8}.${at & 255}.0/${24 - (at % 2)}`)
    const isIn = createAddressRanges([...ranges, '2001:db8::/32'])
    const look = vi.spyOn(Set.prototype, 'has')
    isIn('192.0.2.1')
    const counted = look.mock.calls.length
    look.mockRestore()
    return counted
  })
  expect(looks).toEqual([2, 2])
})
