import ipaddr from 'ipaddr.js'

/** Whose purchases a block refuses: one user, or a range of addresses in the notation of CIDR. */
export type BlockedSubject = { readonly userId: number } | { readonly addresses: string }

/** The networks of more addresses than these are no one's own. */
const shortestPrefix = { ipv4: 8, ipv6: 16 } as const
const longestPrefix = { ipv4: 32, ipv6: 64 } as const

/** A text is no address and no range of addresses that can be blocked. */
export class AddressesError extends Error {
  override readonly name = 'AddressesError'
}

/**
 * The range that a text names: an address alone is a range of one in IPv4, and its /64 in IPv6, where a customer has no smaller network.
 *
 * @throws AddressesError that says what is wrong
 */
export function rangeOf(text: string): string {
  const [address = '', prefixText] = text.trim().split('/')
  if (!ipaddr.IPv4.isValidFourPartDecimal(address) && !ipaddr.IPv6.isValid(address)) {
    throw new AddressesError(`'${text}' is neither an address nor a range such as 203.0.113.0/24 or 2001:db8::/48.`)
  }
  const parsed = ipaddr.process(address)
  const kind = parsed.kind()
  const longest = longestPrefix[kind]
  const prefix = prefixText === undefined ? longest : Math.min(longest, prefixOf(text, prefixText))
  if (prefix < shortestPrefix[kind]) {
    throw new AddressesError(`'${text}' is more than a /${shortestPrefix[kind]}: block smaller ranges.`)
  }
  const range = `${parsed.toString()}/${prefix}`
  const network =
    kind === 'ipv4' ? ipaddr.IPv4.networkAddressFromCIDR(range) : ipaddr.IPv6.networkAddressFromCIDR(range)
  return `${network.toString()}/${prefix}`
}

function prefixOf(text: string, prefix: string): number {
  if (/^\d{1,3}$/.test(prefix) && Number(prefix) <= 128) return Number(prefix)
  throw new AddressesError(`'${text}' has no prefix after its slash; 203.0.113.0/24 has.`)
}

/** The subject as its row and the audit name it. */
export function subjectText(subject: BlockedSubject): string {
  return 'userId' in subject ? `user:${subject.userId}` : `addresses:${subject.addresses}`
}

/** The subject of a row. */
export function subjectOf(text: string): BlockedSubject {
  const at = text.indexOf(':')
  const rest = text.slice(at + 1)
  return text.slice(0, at) === 'user' ? { userId: Number(rest) } : { addresses: rest }
}
