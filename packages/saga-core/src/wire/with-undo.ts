/** A step's result, and the undo data for its compensation: JSON, under keys that no result has. */
export interface WithUndo<TResult = unknown, TUndo = unknown> {
  readonly 'saga-core/result'?: TResult
  readonly 'saga-core/undo': TUndo
}

/** The result in an activity's return value. */
export type ResultIn<T> = T extends WithUndo<infer TResult, unknown> ? TResult : T

/** The undo data in an activity's return value, even if only some of its returns have it. */
export type UndoIn<T> = [T] extends [never]
  ? never
  : [Extract<T, WithUndo>] extends [WithUndo<unknown, infer TUndo>]
    ? TUndo
    : unknown

/**
 * The return value of an activity whose compensation needs more than the result: later steps, the report and the state get `result`, the
 * compensation gets both. `undo` is JSON; a barrier stores it with the result.
 *
 * @example
 * async function moveTable({ table }: { readonly table: string }, { idempotencyKey }: LaneCall) {
 *   const answer = await fetch(`https://tables.example/moves/${idempotencyKey}`, { method: 'PUT', body: table })
 *   return withUndo({ table }, { from: await answer.text() })
 * }
 * async function moveTableBack(_: unknown, call: UndoCall<{ readonly table: string }, { readonly from: string }>) {
 *   const body = call.undo?.from ?? null
 *   await fetch(`https://tables.example/moves/${call.idempotencyKey}`, { method: 'PUT', body })
 * }
 */
export function withUndo<TResult, TUndo extends NonNullable<unknown>>(
  result: TResult,
  undo: TUndo,
): WithUndo<TResult, TUndo> {
  return {
    ...(result !== undefined && { 'saga-core/result': result }),
    'saga-core/undo': undo,
  }
}

/** A result, and its undo data. */
export interface Apart {
  readonly result: unknown
  readonly undo?: unknown
}

/** Splits the return value of an activity into result and undo data. */
export function apart(value: unknown): Apart {
  if (typeof value !== 'object' || value === null || !('saga-core/undo' in value)) return { result: value }
  const { 'saga-core/result': result, 'saga-core/undo': undo } = value as WithUndo
  return { result, undo }
}
