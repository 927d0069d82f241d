import type { AdmissionQueue, Gate } from 'seckill-store/gate'
import { type Departure, type ExpectedWait, expectWait } from './expected-wait.js'

const freshMs = 200
/** Older departures tell nothing of the rate now. */
const rememberedMs = 30_000

/** The standing of a purchase among the admissions that no run has taken. */
export interface QueuePlace {
  /** 1 for the next; `null` while it is not known. Cancelled purchases ahead of it may still be counted. */
  readonly place: number | null
  /** The time until a run takes it; `null` while it is not known. */
  readonly expectedWait: ExpectedWait | null
}

/** The queues of the sales. */
export interface QueueWatch {
  /** The place of the admission with this running number, as of at most 200 ms ago; callers share one reading a voucher. */
  placeOf(voucherId: number, seq: number): Promise<QueuePlace>
}

export const noPlace: QueuePlace = { place: null, expectedWait: null }

interface Watched {
  queue: AdmissionQueue
  readAt: number
  departures: readonly Departure[]
}

export function createQueueWatch(read: Gate['queue'], now: () => number = () => performance.now()): QueueWatch {
  const watched = new Map<number, Watched>()
  const readings = new Map<number, Promise<Watched>>()

  const forgetOld = (): void => {
    for (const [voucherId, { readAt }] of watched) if (now() - readAt > rememberedMs) watched.delete(voucherId)
  }

  const readNow = async (voucherId: number): Promise<Watched> => {
    const readAt = now()
    const queue = await read(voucherId)
    forgetOld()
    const one = { queue, readAt, departures: departuresAt(watched.get(voucherId), queue, readAt) }
    watched.set(voucherId, one)
    return one
  }

  const recent = (voucherId: number): Promise<Watched> | Watched => {
    const known = watched.get(voucherId)
    if (known !== undefined && now() - known.readAt <= freshMs) return known
    const reading = readings.get(voucherId) ?? readNow(voucherId).finally(() => readings.delete(voucherId))
    readings.set(voucherId, reading)
    return reading
  }

  return {
    async placeOf(voucherId, seq) {
      const { queue, departures } = await recent(voucherId)
      // An admission that was put behind later ones, after a loss, has no place by its number.
      if (queue.firstSeq === null || seq < queue.firstSeq) return noPlace
      const place = Math.min(seq - queue.firstSeq + 1, queue.waiting)
      return { place, expectedWait: expectWait(departures, place, now()) }
    },
  }
}

/** The departures up to a reading. Those before the queue was empty tell how fast shoppers came, not how fast they are served. */
function departuresAt(before: Watched | undefined, queue: AdmissionQueue, at: number): readonly Departure[] {
  const first = before?.queue.firstSeq
  if (before === undefined || first === null || first === undefined || queue.firstSeq === null) return []
  const lanes = queue.firstSeq - first
  if (lanes === 0) return before.departures
  // The numbers of a rebuilt gate may begin anew.
  if (lanes < 0) return []
  return [...before.departures.filter((one) => at - one.at <= rememberedMs), { at, lanes }]
}
