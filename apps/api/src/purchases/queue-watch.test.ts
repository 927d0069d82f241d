import type { AdmissionQueue } from 'seckill-store/gate'
import { expect, it } from 'vitest'
import { createQueueWatch } from './queue-watch.js'

/** A queue that the test moves, and a clock that it sets. */
function queueAt(queue: AdmissionQueue) {
  const sale = { queue, now: 0, reads: 0 }
  const watch = createQueueWatch(
    async () => {
      sale.reads += 1
      return sale.queue
    },
    () => sale.now,
  )
  return { sale, watch }
}

it('the place counts from the first admission that no run has taken', async () => {
  const { watch } = queueAt({ waiting: 40, firstSeq: 101 })
  expect(await Promise.all([101, 110, 140].map((seq) => watch.placeOf(7, seq)))).toEqual([
    { place: 1, expectedWait: null },
    { place: 10, expectedWait: null },
    { place: 40, expectedWait: null },
  ])
})

it('cancelled admissions that the queue has no more do not put a place behind its end', async () => {
  const { watch } = queueAt({ waiting: 12, firstSeq: 101 })
  expect((await watch.placeOf(7, 140)).place).toBe(12)
})

it('an admission with a number before the first one has no place, nor has one while the queue is empty', async () => {
  const { sale, watch } = queueAt({ waiting: 3, firstSeq: 101 })
  expect((await watch.placeOf(7, 50)).place).toBeNull()
  sale.queue = { waiting: 0, firstSeq: null }
  sale.now = 1_000
  expect((await watch.placeOf(7, 102)).place).toBeNull()
})

it('all who ask within 200 ms share one reading of a voucher', async () => {
  const { sale, watch } = queueAt({ waiting: 40, firstSeq: 101 })
  await Promise.all(Array.from({ length: 50 }, (_, index) => watch.placeOf(7, 101 + index)))
  sale.now = 200
  await watch.placeOf(7, 120)
  expect(sale.reads).toBe(1)
  sale.now = 201
  await watch.placeOf(7, 120)
  await watch.placeOf(8, 120)
  expect(sale.reads).toBe(3)
})

it('the expected wait is known once the queue has moved eight times, and not after it was empty', async () => {
  const { sale, watch } = queueAt({ waiting: 1_000, firstSeq: 1 })
  const move = async (queue: AdmissionQueue) => {
    sale.now += 1_000
    sale.queue = queue
    return watch.placeOf(7, 900)
  }
  await watch.placeOf(7, 900)
  const waits = []
  for (let moved = 1; moved <= 8; moved += 1) waits.push(await move({ waiting: 1_000, firstSeq: 1 + moved * 100 }))
  expect(waits.map(({ expectedWait }) => expectedWait !== null)).toEqual([...Array(7).fill(false), true])
  expect(waits.at(-1)).toEqual({ place: 100, expectedWait: { expectedMs: 1_000, errorMs: 1_000 } })
  await move({ waiting: 0, firstSeq: null })
  expect(await move({ waiting: 300, firstSeq: 850 })).toEqual({ place: 51, expectedWait: null })
})
