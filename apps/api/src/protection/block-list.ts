import { BlockList } from 'node:net'
import type { Block } from 'seckill-store/mysql'
import type { AssessRisk } from './risk.js'

/** Makes the list of the blocks in force: it refuses the purchases of their users and addresses. The ranges are searched one by one. */
export function createBlockList(blocks: readonly Block[]): AssessRisk {
  const users = new Set<number>()
  const ranges = new BlockList()
  for (const { subject } of blocks) {
    if ('userId' in subject) users.add(subject.userId)
    else addRange(ranges, subject.addresses)
  }
  const hasRanges = ranges.rules.length > 0
  return ({ userId, address }) => {
    if (users.has(userId)) return 'refuse'
    return hasRanges && address !== undefined && ranges.check(address, familyOf(address)) ? 'refuse' : 'allow'
  }
}

function addRange(ranges: BlockList, range: string): void {
  const [network = '', prefix] = range.split('/')
  ranges.addSubnet(network, Number(prefix), familyOf(network))
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4'
}
