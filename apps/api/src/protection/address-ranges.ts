/** The networks of one family by the length of their prefix. */
type Networks<T> = Map<number, Set<T>>

/** The bits of an IPv6 network that ranges can tell apart: a client is a /64, and no range is smaller. */
const ipv6Bits = 64

/**
 * Makes the search for an address among ranges such as 203.0.113.0/24 and 2001:db8::/48. It looks once for each length of a prefix that
 * they have, however many ranges there are. Addresses are written as {@link ClientAddress} writes them.
 */
export function createAddressRanges(ranges: readonly string[]): (address: string) => boolean {
  const ipv4: Networks<number> = new Map()
  const ipv6: Networks<bigint> = new Map()
  for (const range of ranges) {
    const [network = '', length] = range.split('/')
    const prefix = Number(length)
    if (isIpv6(network)) add(ipv6, prefix, bitsOfIpv6(network) >> BigInt(ipv6Bits - prefix))
    else add(ipv4, prefix, bitsOfIpv4(network) >>> (32 - prefix))
  }
  return (address) => {
    if (isIpv6(address)) return ipv6.size > 0 && isInIpv6(ipv6, bitsOfIpv6(address))
    return ipv4.size > 0 && isInIpv4(ipv4, bitsOfIpv4(address))
  }
}

function add<T>(networks: Networks<T>, prefix: number, network: T): void {
  const known = networks.get(prefix)
  if (known === undefined) networks.set(prefix, new Set([network]))
  else known.add(network)
}

function isInIpv4(networks: Networks<number>, bits: number): boolean {
  for (const [prefix, known] of networks) if (known.has(bits >>> (32 - prefix))) return true
  return false
}

function isInIpv6(networks: Networks<bigint>, bits: bigint): boolean {
  for (const [prefix, known] of networks) if (known.has(bits >> BigInt(ipv6Bits - prefix))) return true
  return false
}

function isIpv6(address: string): boolean {
  return address.includes(':')
}

function bitsOfIpv4(address: string): number {
  let bits = 0
  for (const part of address.split('.')) bits = bits * 256 + Number(part)
  return bits
}

/** The first half of an address that is the first of its /64, so that its last groups are left out by `::`. */
function bitsOfIpv6(address: string): bigint {
  const groups = address.split(':')
  const group = (at: number) => Number.parseInt(groups[at] || '0', 16)
  return (BigInt(group(0) * 65_536 + group(1)) << 32n) | BigInt(group(2) * 65_536 + group(3))
}
