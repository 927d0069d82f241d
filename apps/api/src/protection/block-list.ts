import type { Block } from 'seckill-store/mysql'
import { createAddressRanges } from './address-ranges.js'
import type { AssessRisk } from './risk.js'

/** Makes the list of the blocks in force: it refuses the purchases of their users and addresses. */
export function createBlockList(blocks: readonly Block[]): AssessRisk {
  const users = new Set<number>()
  const ranges: string[] = []
  for (const { subject } of blocks) {
    if ('userId' in subject) users.add(subject.userId)
    else ranges.push(subject.addresses)
  }
  const isBlocked = createAddressRanges(ranges)
  return ({ userId, address }) => {
    if (users.has(userId)) return 'refuse'
    return address !== undefined && isBlocked(address) ? 'refuse' : 'allow'
  }
}
