import { afterEach, expect, it, vi } from 'vitest'
import { startVoucherLoop, type VoucherLoop } from './voucher-loop.js'

let loop: VoucherLoop | undefined
afterEach(() => loop?.stop())

/** A loop over a stream of `admissions`, with full runs of 10 lanes; `end()` has the oldest run served. */
function looping(admissions: number) {
  let left = admissions
  const ends: (() => void)[] = []
  const runs: number[] = []
  loop = startVoucherLoop(
    {
      maxLanes: 10,
      runsInFlight: 3,
      watch: (_, _lanes, signal) =>
        new Promise((resolve) => {
          ends.push(resolve)
          signal.addEventListener('abort', () => resolve())
        }),
      round: async (_, onStarted) => {
        const lanes = Math.min(10, left)
        left -= lanes
        if (lanes === 0) return 'idle'
        onStarted(`run ${runs.push(lanes)}`, lanes)
        return 'again'
      },
    },
    7,
  )
  const admit = (count: number) => {
    left += count
    for (let admitted = 0; admitted < count; admitted++) loop?.wake()
  }
  return { runs, admit, end: () => ends.shift()?.() }
}

it('few admissions wait for the run in flight and share the next', async () => {
  const { runs, admit, end } = looping(1)
  await vi.waitFor(() => expect(runs).toEqual([1]))
  admit(2)
  admit(2)
  // Longer than the poll.
  await new Promise((resolve) => setTimeout(resolve, 150))
  expect(runs).toEqual([1])
  end()
  await vi.waitFor(() => expect(runs).toEqual([1, 4]))
})

it('half of a full run starts beside the one in flight', async () => {
  const { runs, admit } = looping(1)
  await vi.waitFor(() => expect(runs).toEqual([1]))
  admit(5)
  await vi.waitFor(() => expect(runs).toEqual([1, 5]))
})

it('a backlog becomes as many full runs as may be in flight', async () => {
  const { runs, end } = looping(45)
  await vi.waitFor(() => expect(runs).toEqual([10, 10, 10]))
  end()
  await vi.waitFor(() => expect(runs).toEqual([10, 10, 10, 10]))
  end()
  await vi.waitFor(() => expect(runs).toEqual([10, 10, 10, 10, 5]))
})
