import { describe, expectTypeOf, it } from 'vitest'
import type { LaneCall, UndoCall } from './definition/activity-types.js'
import type { CarriedRun } from './engine/carry.js'
import type { Operated, Operation } from './engine/outside/operation.js'
import type { LaneMessages } from './engine/outside/take-messages.js'
import type { RunOptions } from './engine/start.js'
import type { LaneState, SagaState } from './engine/state/saga-state.js'
import type { Code } from './saga-error.js'
import type { StepAnswer } from './wire/answer.js'
import type { Columns, Json } from './wire/columns.js'
import type { EarlyQuestion, EarlyReturn } from './wire/early-return.js'
import type { RefusalFacts } from './wire/failure.js'
import type { Cause, SagaReport } from './wire/outcome.js'
import type { RunMemo } from './wire/run-memo.js'
import type { SetReport, SetRequest } from './wire/set-wise.js'
import type { WithUndo } from './wire/with-undo.js'
import type { ChildNews } from './workflow/messages.js'
import type { SagaOutcome } from './workflow/run-saga.js'

type NoJson =
  | ((...args: never) => unknown)
  | bigint
  | symbol
  | Date
  | RegExp
  | Error
  | Promise<unknown>
  | NoJsonCollection
type NoJsonCollection = ReadonlyMap<unknown, unknown> | ReadonlySet<unknown> | ArrayBufferView

/** T, with `never` in place of each field that JSON would lose. Values of type `unknown` are the user's, who keeps them JSON. */
type AsJson<T> = unknown extends T
  ? T
  : T extends Json | undefined
    ? T
    : T extends NoJson
      ? never
      : { readonly [K in keyof T]: AsJson<T[K]> }

type IsJson<T> = [T] extends [AsJson<T>] ? true : false

describe('a payload is JSON:', () => {
  it('the arguments and values of the workflows', () => {
    expectTypeOf<IsJson<Columns<unknown>>>().toEqualTypeOf<true>()
    expectTypeOf<IsJson<RunOptions>>().toEqualTypeOf<true>()
    expectTypeOf<IsJson<SagaOutcome<unknown>>>().toEqualTypeOf<true>()
    expectTypeOf<IsJson<SagaReport>>().toEqualTypeOf<true>()
  })

  it('the carried run and the memo', () => {
    expectTypeOf<IsJson<CarriedRun>>().toEqualTypeOf<true>()
    expectTypeOf<IsJson<RunMemo>>().toEqualTypeOf<true>()
  })

  it('the arguments, results and failures of activities', () => {
    expectTypeOf<IsJson<SetRequest>>().toEqualTypeOf<true>()
    expectTypeOf<IsJson<SetReport>>().toEqualTypeOf<true>()
    expectTypeOf<IsJson<LaneCall>>().toEqualTypeOf<true>()
    expectTypeOf<IsJson<UndoCall>>().toEqualTypeOf<true>()
    expectTypeOf<IsJson<WithUndo>>().toEqualTypeOf<true>()
    expectTypeOf<IsJson<RefusalFacts>>().toEqualTypeOf<true>()
  })

  it('the arguments and answers of signals, queries and updates', () => {
    expectTypeOf<IsJson<LaneMessages>>().toEqualTypeOf<true>()
    expectTypeOf<IsJson<ChildNews>>().toEqualTypeOf<true>()
    expectTypeOf<IsJson<SagaState>>().toEqualTypeOf<true>()
    expectTypeOf<IsJson<LaneState>>().toEqualTypeOf<true>()
    expectTypeOf<IsJson<Operation>>().toEqualTypeOf<true>()
    expectTypeOf<IsJson<Operated>>().toEqualTypeOf<true>()
    expectTypeOf<IsJson<EarlyQuestion>>().toEqualTypeOf<true>()
    expectTypeOf<IsJson<EarlyReturn>>().toEqualTypeOf<true>()
  })

  it('and has no Date, Map, bigint or function at any depth', () => {
    interface Nested<T> {
      readonly lanes: readonly { readonly value?: T }[]
    }
    expectTypeOf<IsJson<Nested<number>>>().toEqualTypeOf<true>()
    expectTypeOf<IsJson<Nested<Date>>>().toEqualTypeOf<false>()
    expectTypeOf<IsJson<Nested<ReadonlyMap<string, string>>>>().toEqualTypeOf<false>()
    expectTypeOf<IsJson<Nested<bigint>>>().toEqualTypeOf<false>()
    expectTypeOf<IsJson<Nested<() => void>>>().toEqualTypeOf<false>()
  })
})

describe('the code', () => {
  it('of a cause and of an answer is in the list of codes, or was given', () => {
    expectTypeOf<Cause['code']>().toEqualTypeOf<Code>()
    expectTypeOf<Extract<StepAnswer, { readonly code: unknown }>['code']>().toEqualTypeOf<Code>()
    expectTypeOf<NonNullable<LaneState['parked']>['code']>().toEqualTypeOf<Code>()
    expectTypeOf<'SAGA_ARGUMENT'>().toExtend<Code>()
    expectTypeOf<'SAGA_ARGUMNET'>().not.toExtend<Code>()
    expectTypeOf<string>().not.toExtend<Code>()
  })
})
