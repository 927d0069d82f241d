import type { Kysely } from 'kysely'
import { describe, expectTypeOf, it } from 'vitest'
import type { SagaClient } from './client/saga-client.js'
import type { LaneCall, SetWiseActivity, UndoCall, Undoing } from './definition/activity-types.js'
import { saga } from './definition/saga.js'
import type { SagaTypeError } from './definition/type-error.js'
import { typed } from './definition/typed.js'
import { type BarrierDatabase, withLaneBarrier } from './kysely/index.js'
import { withUndo } from './wire/with-undo.js'

interface Trip {
  readonly id: string
  readonly city: string
}

interface Activities {
  bookFlight(trip: Trip): Promise<{ seat: string }>
  cancelFlight(trip: Trip): Promise<void>
  bookHotel(stay: { readonly seat: string }): Promise<{ room: number }>
  cancelHotel(stay: { readonly seat: string } | undefined): Promise<void>
  cancelSeat(stay: { readonly seat: string }): Promise<void>
  charge(trip: Trip): Promise<void>
  holdAll: SetWiseActivity<Trip, { held: boolean }>
}

function trip() {
  return saga<Trip>('trip', { key: ({ id }) => id }).activities<Activities>()
}
const flight = { invoke: 'bookFlight', compensate: 'cancelFlight', onUnknown: 'compensate' } as const

function startUntilFlight(sagas: SagaClient) {
  return sagas.startUntil(trip().step('flight', flight).build(), {
    workflow: 'trip',
    taskQueue: 'trips',
    input: { id: '1', city: 'Rome' },
    step: 'flight',
  })
}

describe('saga()', () => {
  it('gives a step the results of the earlier ones, typed, and only those', () => {
    trip()
      .step('flight', flight)
      .step('hotel', {
        invoke: 'bookHotel',
        compensate: 'cancelHotel',
        onUnknown: 'compensate',
        arg: ({ results }) => {
          expectTypeOf(results.flight).toEqualTypeOf<{ seat: string }>()
          expectTypeOf(results).not.toHaveProperty('hotel')
          return { seat: results.flight.seat }
        },
      })
  })

  it('wants a compensation that accepts undefined for an argument that earlier results shape', () => {
    trip()
      .step('flight', flight)
      .step('hotel', {
        invoke: 'bookHotel',
        // @ts-expect-error cancelSeat needs the argument
        compensate: 'cancelSeat',
        onUnknown: 'compensate',
        arg: ({ results }) => ({ seat: results.flight.seat }),
      })
  })

  it('gives a step that may be left out, or may fail, a result that may be missing', () => {
    trip()
      .stepWhen('flight', ({ input }) => input.city !== 'here', flight)
      .step('again', { ...flight, optional: true })
      .step('hotel', {
        invoke: 'charge',
        arg: ({ results, input }) => {
          expectTypeOf(results.flight).toEqualTypeOf<{ seat: string } | undefined>()
          expectTypeOf(results.again).toEqualTypeOf<{ seat: string } | undefined>()
          return input
        },
      })
  })

  it('types lists, groups, waits and children', () => {
    const child = saga<{ readonly account: string }>('child', { key: ({ account }) => account })
      .activities<{ open(account: { readonly account: string }): Promise<{ opened: boolean }> }>()
      .step('open', { invoke: 'open' })
      .build()
    trip()
      .forEach('seats', {
        items: () => [1, 2],
        key: (seat) => String(seat),
        invoke: 'bookHotel',
        compensate: 'cancelHotel',
        onUnknown: 'compensate',
        arg: ({ item }) => ({ seat: String(item) }),
      })
      .parallel({ out: flight, back: flight }, { onFailure: 'cancel' })
      .wait('approval', { message: typed<{ readonly by: string }>(), onDeadline: { value: { by: 'nobody' } } })
      .wait('soon', { message: typed<string>(), withinMs: ({ results }) => results.approval.by.length })
      .child('account', child, { workflow: 'account', arg: ({ input }) => ({ account: input.id }) })
      .step('last', {
        invoke: 'charge',
        arg: ({ results, input }) => {
          expectTypeOf(results.seats).toEqualTypeOf<readonly { room: number }[]>()
          expectTypeOf(results.back).toEqualTypeOf<{ seat: string }>()
          expectTypeOf(results.approval).toEqualTypeOf<{ readonly by: string }>()
          expectTypeOf(results.account.open).toEqualTypeOf<{ opened: boolean }>()
          return input
        },
      })
  })

  interface Party {
    readonly id: string
    readonly guests: readonly string[]
  }
  interface Inviting {
    invite(guest: string): Promise<{ invited: boolean }>
    uninvite(guest: string): Promise<void>
    cancelParty(party: Party): Promise<void>
    wasInvited(guest: string): Promise<{ invited: boolean }>
  }
  const party = () => saga<Party>('party', { key: ({ id }) => id }).activities<Inviting>()

  it("gives a list step's functions the type of its elements, with and without an arg", () => {
    const undoable = { invoke: 'invite', onUnknown: 'compensate' } as const
    const { types } = party()
      .forEach('guests', {
        items: ({ input }) => input.guests,
        key: (guest) => {
          expectTypeOf(guest).toEqualTypeOf<string>()
          return guest
        },
        invoke: 'invite',
        compensate: 'uninvite',
        onUnknown: 'compensate',
      })
      .forEach('others', { items: ({ input }) => input.guests, key: (guest) => guest, invoke: 'invite' })
      .forEach('shaped', {
        items: ({ input }) => input.guests.map((guest) => guest.length),
        key: (length) => length.toFixed(),
        arg: ({ item }) => item.toFixed(),
        invoke: 'invite',
      })
      .build()
    expectTypeOf<NonNullable<typeof types>['results']['guests']>().toEqualTypeOf<readonly { invited: boolean }[]>()
    const guests = { items: ({ input }: { readonly input: Party }) => input.guests, key: (guest: string) => guest }
    party().forEach('guests', { ...undoable, ...guests, compensate: 'uninvite' })
    const asked = { ...undoable, onUnknown: 'verify', compensate: 'uninvite', ...guests } as const
    party().forEach('guests', { ...asked, verify: 'wasInvited' })
    // @ts-expect-error a guest is no party
    party().forEach('guests', { ...undoable, ...guests, compensate: 'cancelParty' })
    // @ts-expect-error a guest is no party
    party().forEach('guests', { ...guests, invoke: 'cancelParty' })
  })

  it('says in a sentence that a compensation does not fit, and asks for another name where it is misspelt', () => {
    type Of<TName extends keyof Inviting, TArg> = Undoing<Pick<Inviting, TName>, false, TArg>
    expectTypeOf<Of<'uninvite' | 'cancelParty', string>>().toEqualTypeOf<
      'uninvite' | SagaTypeError<'a compensation has to take the argument of its step'>
    >()
    expectTypeOf<Of<'uninvite', string | undefined>>().toEqualTypeOf<
      SagaTypeError<'a compensation has to take the argument of its step, and undefined where that is not known'>
    >()
    const step = { invoke: 'cancelParty', onUnknown: 'compensate' } as const
    // @ts-expect-error the compiler asks whether uninvite is meant
    party().step('guest', { ...step, arg: ({ input }) => input, compensate: 'uninvit' })
    // @ts-expect-error a party is no guest
    party().step('party', { ...step, compensate: 'uninvite' })
    // @ts-expect-error a party is no guest
    party().adopted('party', { compensate: 'uninvite' })
  })

  it('wants the activity of a verify', () => {
    // @ts-expect-error verify is missing
    trip().step('flight', { ...flight, onUnknown: 'verify' })
  })

  it("wants a verify that returns the step's result", () => {
    interface Verifying extends Activities {
      isBooked(trip: Trip): Promise<boolean>
      findSeat(trip: Trip): Promise<{ seat: string; row: number }>
      neverBooked(trip: Trip): Promise<never>
    }
    const verified = { ...flight, onUnknown: 'verify' } as const
    const verifying = () => saga<Trip>('trip', { key: ({ id }) => id }).activities<Verifying>()
    verifying()
      .step('flight', { ...verified, verify: 'findSeat' })
      .step('back', { ...verified, verify: 'neverBooked' })
    // @ts-expect-error a boolean is no seat
    verifying().step('flight', { ...verified, verify: 'isBooked' })
    const items = { items: ({ input }: { readonly input: Trip }) => [input], key: ({ id }: Trip) => id }
    verifying().forEach('flights', { ...verified, ...items, verify: 'findSeat' })
    // @ts-expect-error a boolean is no seat
    verifying().forEach('flights', { ...verified, ...items, verify: 'isBooked' })
  })

  it('gives a wait one end', () => {
    const message = typed<string>()
    const end = { deadline: () => 5, withinMs: 5 }
    trip().wait('word', { message, withinMs: 5 })
    trip().wait('word', { message, deadline: (_, startedAt) => startedAt })
    // @ts-expect-error it has two ends
    trip().wait('word', { message, ...end })
  })

  it("wants a decide that returns the wait's value", () => {
    interface Deciding {
      isPaid(trip: Trip): Promise<boolean>
      payment(trip: Trip): Promise<{ readonly by: string; readonly amount: number }>
      payments: SetWiseActivity<Trip, { readonly by: string }>
      payers: SetWiseActivity<Trip, string>
    }
    const message = typed<{ readonly by: string }>()
    const deciding = () => saga<Trip>('trip', { key: ({ id }) => id }).activities<Deciding>()
    deciding().waitingPivot('paid', { message, decide: 'payment' })
    // @ts-expect-error a boolean is no payer
    deciding().waitingPivot('paid', { message, decide: 'isPaid' })
    deciding().setActivities<Deciding>().wait('paid', { message, decide: 'payments' })
    // @ts-expect-error a text is no payer
    deciding().setActivities<Deciding>().wait('paid', { message, decide: 'payers' })
  })

  it('wants an arg when the activity does not take the input', () => {
    // @ts-expect-error arg is missing
    trip().step('hotel', { invoke: 'bookHotel', compensate: 'cancelHotel', onUnknown: 'compensate' })
  })

  it('refuses an activity that is not declared', () => {
    // @ts-expect-error no such activity
    trip().step('flight', { ...flight, invoke: 'bookBoat' })
  })

  it('refuses a set-wise activity where one is called per lane', () => {
    // @ts-expect-error holdAll is set-wise
    trip().step('hold', { ...flight, invoke: 'holdAll' })
    saga<Trip>('trip', { key: ({ id }) => id })
      .setActivities<Activities>()
      .step('hold', { invoke: 'holdAll' })
  })

  it('wants onUnknown of a step with a compensation', () => {
    // @ts-expect-error onUnknown is missing
    trip().step('flight', { invoke: 'bookFlight', compensate: 'cancelFlight' })
  })

  it("gives a compensation its action's key, and an action none", () => {
    interface Supplier {
      book(trip: Trip, call: LaneCall): Promise<void>
      cancel(trip: Trip, call: UndoCall): Promise<void>
      cancelAll(trip: Trip): Promise<void>
    }
    const bookings = () => saga<Trip>('bookings', { key: ({ id }) => id }).activities<Supplier>()
    expectTypeOf<UndoCall['actionKey']>().toEqualTypeOf<string>()
    bookings()
      .adopted('hold', { compensate: 'cancel' })
      .step('flight', { invoke: 'book', compensate: 'cancel', onUnknown: 'compensate' })
      .step('rest', { invoke: 'cancelAll', compensate: 'cancel', onUnknown: 'compensate' })
    // @ts-expect-error an action has no action's key
    bookings().step('flight', { invoke: 'cancel' })
    // @ts-expect-error nor has a pivot
    bookings().pivot('flight', { invoke: 'cancel' })
  })

  it("gives a compensation its action's result and undo data, and refuses one that wants others", () => {
    const hotel = {
      book: async (_: Trip) => withUndo({ room: '7' }, { before: 3 }),
      look: async (_: Trip) => ({ room: '7' }),
      cancel: async (_: Trip, { result }: UndoCall<{ room: string }>) => result?.room,
      restore: async (_: Trip, { undo }: UndoCall<{ room: string }, { before: number }>) => undo?.before,
      forget: async (_: Trip, { result }: UndoCall<{ seat: number }>) => result?.seat,
      maybe: async ({ id }: Trip) => (id ? withUndo({ room: '7' }, { before: 3 }) : { room: '8' }),
    }
    const rooms = () => saga<Trip>('rooms', { key: ({ id }) => id }).activities<typeof hotel>()
    const { types } = rooms()
      .adopted('hold', { compensate: 'cancel' })
      .step('room', { invoke: 'book', compensate: 'restore', onUnknown: 'compensate' })
      .step('other', { invoke: 'book', compensate: 'cancel', onUnknown: 'compensate' })
      .parallel({ third: { invoke: 'look', compensate: 'cancel', onUnknown: 'compensate' } })
      .step('fourth', { invoke: 'maybe', compensate: 'restore', onUnknown: 'compensate' })
      .step('fifth', { invoke: 'book', compensate: 'restore', onUnknown: 'verify', verify: 'look' })
      .step('sixth', { invoke: 'look', compensate: 'cancel', onUnknown: 'verify', verify: 'book' })
      .build()
    expectTypeOf<NonNullable<typeof types>['results']['room']>().toEqualTypeOf<{ room: string }>()
    // @ts-expect-error the action returns no seat
    rooms().step('room', { invoke: 'book', compensate: 'forget', onUnknown: 'compensate' })
    // @ts-expect-error the action returns nothing for its compensation
    rooms().step('room', { invoke: 'look', compensate: 'restore', onUnknown: 'compensate' })
  })

  it("gives a barrier's work the result and undo data of its call", () => {
    const undo = (db: Kysely<BarrierDatabase>, call: UndoCall<{ room: string }, { before: number }>) =>
      withLaneBarrier(db, call, async (_, result, beside) => {
        expectTypeOf(result).toEqualTypeOf<{ room: string } | undefined>()
        expectTypeOf(beside).toEqualTypeOf<{ before: number } | undefined>()
      })
    expectTypeOf(undo).returns.resolves.toBeVoid()
  })

  it('has a message for a compensatable step after the pivot', () => {
    const after = trip().step('flight', flight).pivot('pay', { invoke: 'charge' })
    expectTypeOf(after.step<'late', 'bookFlight'>)
      .parameter(0)
      .toEqualTypeOf<SagaTypeError<'steps after the pivot cannot be compensated: use .retriable()'>>()
    // @ts-expect-error steps after the pivot cannot be compensated
    after.step('late', flight)
  })

  it('has a message for a second pivot, and for a retriable step before the pivot', () => {
    const after = trip().pivot('pay', { invoke: 'charge' })
    // @ts-expect-error a saga has at most one pivot
    after.pivot('again', { invoke: 'charge' })
    // @ts-expect-error retriable steps come after the pivot
    trip().retriable('tell', { invoke: 'charge' })
    after.retriable('tell', { invoke: 'charge' })
  })

  it('gives a wait on a condition a result that may be missing', () => {
    const { types } = trip()
      .waitWhen('word', ({ input }) => input.city === 'Rome', { message: typed<{ readonly by: string }>() })
      .build()
    expectTypeOf<NonNullable<typeof types>['results']['word']>().toEqualTypeOf<{ readonly by: string } | undefined>()
  })

  it('gives an early return the type of the step it is about', () => {
    const { answer } = {} as Awaited<ReturnType<typeof startUntilFlight>>
    if (answer.status === 'done') expectTypeOf(answer.result).toEqualTypeOf<{ seat: string }>()
    else expectTypeOf(answer.cause?.code).toEqualTypeOf<string | undefined>()
  })

  it('accepts only steps of the saga for an early return', () => {
    const definition = trip().step('flight', flight).build()
    const options = { workflow: 'trip', taskQueue: 'trips', input: { id: '1', city: 'Rome' } } as const
    // @ts-expect-error this saga has no step named hotel
    const start = (sagas: SagaClient) => sagas.startUntil(definition, { ...options, step: 'hotel' })
    expectTypeOf(start).toBeFunction()
  })

  it('refuses two steps of one name', () => {
    // @ts-expect-error this saga has a step named flight already
    trip().step('flight', flight).step('flight', flight)
  })

  it('refuses an unknown onFailure of a group', () => {
    // @ts-expect-error siblings are awaited, or called off
    trip().parallel({ out: flight }, { onFailure: 'ignore' })
  })

  it('refuses a branch that has the name of an earlier step', () => {
    const before = trip().step('flight', flight)
    // @ts-expect-error this saga has a step named flight already
    before.parallel({ flight, back: flight })
    expectTypeOf(before.parallel<{ flight: 'bookFlight' }>)
      .parameter(0)
      .toHaveProperty('flight')
      .toExtend<SagaTypeError<'this saga has a step named flight already'>>()
    before.parallel({ out: flight, back: flight })
  })

  interface Loose {
    transfer(trip: Trip, amount: number, currency: string): Promise<void>
    cancel(trip: Trip, why: string): Promise<void>
    // biome-ignore lint/suspicious/noExplicitAny: what a client without types answers
    post(trip: Trip): Promise<any>
    count(trip: Trip): number
    weigh(parcel: { readonly grams: number }): Promise<void>
    take: SetWiseActivity<{ readonly grams: number }, void>
  }
  const loose = () => saga<Trip>('loose', { key: ({ id }) => id }).activities<Loose>()

  it('refuses activities that take more than their argument and the call', () => {
    // @ts-expect-error it would get the call for an amount
    loose().step('one', { invoke: 'transfer' })
    // @ts-expect-error it would get the call for a reason
    loose().step('one', { invoke: 'count', compensate: 'cancel', onUnknown: 'compensate' })
  })

  it('takes an activity that returns any as per-lane or set-wise by its mark', () => {
    loose().step('one', { invoke: 'post' })
    const inSets = saga<Trip>('loose', { key: ({ id }) => id }).setActivities<Loose>()
    // @ts-expect-error it is called lane by lane
    inSets.step('one', { invoke: 'post' })
  })

  it('types the result of a synchronous activity', () => {
    const { types } = loose().step('one', { invoke: 'count' }).build()
    expectTypeOf<NonNullable<typeof types>['results']['one']>().toEqualTypeOf<number>()
  })

  it('refuses a compensation of an adopted effect, or a take, that takes another input', () => {
    // @ts-expect-error it takes a parcel
    loose().adopted('hold', { compensate: 'weigh' })
    // @ts-expect-error it takes parcels
    loose().owned({ take: 'take' })
  })
})

describe('the schema of a result', () => {
  it('is of the type that the activity returns', () => {
    const trip = saga<{ readonly id: string }>('trip', { key: ({ id }) => id }).activities<{
      book(trip: { readonly id: string }): Promise<string>
    }>()

    trip.step('book', { invoke: 'book', result: typed<string>() })
    // @ts-expect-error - the activity returns a text
    trip.step('book', { invoke: 'book', result: typed<number>() })
  })
})
