import type { IncomingMessage } from 'node:http'
import type { Block, BlockedSubject } from 'seckill-store/mysql'
import { describe, expect, it } from 'vitest'
import { createBlockList } from './block-list.js'
import { watchBlocks } from './watch-blocks.js'

function blockOf(subject: BlockedSubject, endsAt: number | null = null): Block {
  return { subject, reason: 'a bot', actor: 'user:9', createdAt: 0, endsAt }
}

const request = {} as IncomingMessage
const facts = (userId: number, address?: string) => ({ userId, address, request })

describe('a block list', () => {
  const assess = createBlockList([
    blockOf({ userId: 7 }),
    blockOf({ addresses: '203.0.113.0/24' }),
    blockOf({ addresses: '2001:db8::/48' }),
  ])

  it.each([
    [7, undefined, 'refuse'],
    [7, '192.0.2.1', 'refuse'],
    [8, undefined, 'allow'],
    [8, '203.0.113.255', 'refuse'],
    [8, '203.0.114.0', 'allow'],
    [8, '2001:db8:0:5::', 'refuse'],
    [8, '2001:db8:1:5::', 'allow'],
  ])('user %i at %s: %s, asked again too', (userId, address, verdict) => {
    expect([assess(facts(userId, address)), assess(facts(userId, address))]).toEqual([verdict, verdict])
  })
})

describe('the block list in memory', () => {
  it('follows what is read, leaves out what has ended, and keeps the last one while it cannot be read', async () => {
    const errors: unknown[] = []
    let read = async (): Promise<readonly Block[]> => [blockOf({ userId: 7 }), blockOf({ userId: 8 }, Date.now() - 1)]
    const watch = watchBlocks({ readBlocks: () => read(), everyMs: 1_000, onError: (error) => errors.push(error) })
    expect(watch.assess(facts(7))).toBe('allow')
    await watch.refresh()
    expect([watch.assess(facts(7)), watch.assess(facts(8))]).toEqual(['refuse', 'allow'])
    read = () => Promise.reject(new Error('MySQL is away'))
    await watch.refresh()
    expect([watch.assess(facts(7)), errors.length]).toEqual(['refuse', 1])
    read = async () => []
    await watch.refresh()
    expect(watch.assess(facts(7))).toBe('allow')
  })
})
