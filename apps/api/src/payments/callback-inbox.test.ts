import type { AppliedMessages, InboxMessage } from 'seckill-store/mysql'
import { expect, it, vi } from 'vitest'
import { createCallbackInbox } from './callback-inbox.js'

const nothing: AppliedMessages = { paid: [], quarantined: [] }

function message(messageId: string): InboxMessage {
  const refund = { id: 'ref_1', providerPaymentId: 'pay_1', amountMinor: 1, state: 'succeeded' as const }
  return { kind: 'refund', messageId, body: '{}', refund }
}

/** An inbox whose store takes no transaction with a message of these ids, and a clock that each transaction moves on. */
function inboxWithout(bad: readonly string[], millisecondsEach = 1) {
  const transactions: string[][] = []
  let clock = 0
  const onApplied = vi.fn()
  const inbox = createCallbackInbox({
    now: () => clock,
    onApplied,
    async apply(messages) {
      clock += millisecondsEach
      const ids = messages.map(({ messageId }) => messageId)
      transactions.push(ids)
      if (ids.some((id) => bad.includes(id))) throw new Error('a row that cannot be stored')
      return nothing
    },
  })
  const putAll = (ids: readonly string[]) =>
    Promise.all(
      ids.map((id) =>
        inbox.put(message(id)).then(
          () => 'stored',
          (error: { code: string }) => error.code,
        ),
      ),
    )
  return { putAll, transactions, onApplied }
}

it('callbacks of the same milliseconds are one transaction', async () => {
  const { putAll, transactions, onApplied } = inboxWithout([])
  expect(await putAll(['a', 'b', 'c'])).toEqual(['stored', 'stored', 'stored'])
  expect(transactions).toEqual([['a', 'b', 'c']])
  expect(onApplied).toHaveBeenCalledExactlyOnceWith(nothing, 3)
})

it('a transaction that fails for one callback is made again with each alone', async () => {
  const { putAll, transactions } = inboxWithout(['b'])
  expect(await putAll(['a', 'b', 'c'])).toEqual(['stored', 'UNAVAILABLE', 'stored'])
  expect(transactions).toEqual([['a', 'b', 'c'], ['a'], ['b'], ['c']])
})

it('a single callback that fails is not tried twice', async () => {
  const { putAll, transactions } = inboxWithout(['a'])
  expect(await putAll(['a'])).toEqual(['UNAVAILABLE'])
  expect(transactions).toEqual([['a']])
})

it('while the store is away, those that were not tried in time are answered without a try', async () => {
  const ids = Array.from({ length: 50 }, (_, index) => `m${index}`)
  const { putAll, transactions } = inboxWithout(ids, 2_000)
  expect(new Set(await putAll(ids))).toEqual(new Set(['UNAVAILABLE']))
  expect(transactions.length).toBeLessThan(10)
})
