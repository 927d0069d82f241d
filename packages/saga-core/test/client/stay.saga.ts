import { type LaneCall, saga, typed } from 'saga-core'

/** A stay whose input names its faults. */
export interface Stay {
  readonly id: string
  readonly refuse?: 'once' | 'always'
  /** The step that never answers until the hotel is mended. */
  readonly down?: 'room' | 'paid' | 'key'
  /** The step that takes until the hotel is released. */
  readonly hold?: 'room' | 'meal'
  /** Refusal details of so many bytes. */
  readonly details?: number
  /** A room's name of so many characters. */
  readonly long?: number
  readonly note?: string
}

export interface StayActivities {
  takeRoom(stay: Stay, call: LaneCall): Promise<{ readonly room: string }>
  giveRoomBack(stay: Stay | undefined, call: LaneCall): Promise<void>
  sendKey(stay: Stay, call: LaneCall): Promise<void>
}

const quick = { startToCloseMs: 1_000, retry: { initialMs: 1, factor: 1, maximumMs: 1, attempts: 2 } }
const take = { ...quick, invoke: 'takeRoom', compensate: 'giveRoomBack', compensation: quick } as const

function key({ id }: Stay) {
  return id
}

/** Parks where the room is unknown; the key is sent after the pivot. */
export const staySaga = saga<Stay>('stay', { key })
  .activities<StayActivities>()
  .step('room', { ...take, onUnknown: 'park' })
  .build()

/** Has a step after the one whose early return the caller waits for. */
export const visitSaga = saga<Stay>('visit', { key })
  .activities<StayActivities>()
  .step('room', { ...take, onUnknown: 'compensate' })
  .step('meal', { ...take, startToCloseMs: 60_000, onUnknown: 'compensate' })
  .build()

/** Waits for a guest. */
export const guestSaga = saga<Stay>('guest', { key })
  .activities<StayActivities>()
  .step('room', { ...take, onUnknown: 'compensate' })
  .wait('arrival', { message: typed<string>() })
  .build()

/** Parks after its pivot, where only some verbs are allowed. */
export const keySaga = saga<Stay>('key', { key })
  .activities<StayActivities>()
  .pivot('paid', { ...quick, invoke: 'takeRoom' })
  .retriable('key', { ...quick, invoke: 'sendKey' })
  .build()

/** Has more results than a run can give. */
export const packedSaga = saga<Stay>('packed', { key })
  .activities<StayActivities>()
  .forEach('rooms', {
    ...take,
    onUnknown: 'compensate',
    items: () => [1, 2, 3, 4, 5],
    key: (item: number) => `${item}`,
    arg: ({ input, item }) => ({ ...input, id: `${input.id}-${item}` }),
  })
  .build()

/** Has a stay as its child. */
export const tourSaga = saga<Stay>('tour', { key })
  .activities<StayActivities>()
  .child('stay', staySaga, { workflow: 'stay', arg: ({ input }) => input })
  .build()
