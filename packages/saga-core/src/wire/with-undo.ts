/** What a step returned, and apart from it what its compensation needs: JSON, under keys that no result has. */
export interface WithUndo<TResult = unknown, TUndo = unknown> {
  readonly 'saga-core/result'?: TResult
  readonly 'saga-core/undo': TUndo
}

/** The result alone, of what an activity returns. */
export type ResultPart<T> = T extends WithUndo<infer TResult, unknown> ? TResult : T

/** What its compensation needs, of what an activity returns, if only sometimes. */
export type UndoPart<T> = [T] extends [never]
  ? never
  : [Extract<T, WithUndo>] extends [WithUndo<unknown, infer TUndo>]
    ? TUndo
    : unknown

/**
 * What a step's activity returns where its compensation needs more than the result: later steps, the run's value and its state have
 * `result`, the compensation has both. JSON, as all results are; a barrier keeps it with the result.
 *
 * @example
 * const moveTable = async (booking: Booking) => {
 *   const before = await tables.move(booking.id, booking.table)
 *   return withUndo({ table: booking.table }, { before })
 * }
 * const moveTableBack = (booking: Booking, { undo }: UndoCall<Table, { before: string }>) =>
 *   tables.move(booking.id, undo?.before)
 */
export const withUndo = <TResult, TUndo extends NonNullable<unknown>>(
  result: TResult,
  undo: TUndo,
): WithUndo<TResult, TUndo> => ({
  ...(result !== undefined && { 'saga-core/result': result }),
  'saga-core/undo': undo,
})

/** A result, and what there is beside it for its compensation. */
export interface Apart {
  readonly result: unknown
  readonly undo?: unknown
}

/** Takes apart what an activity returned. */
export function apart(value: unknown): Apart {
  if (typeof value !== 'object' || value === null || !('saga-core/undo' in value)) return { result: value }
  const { 'saga-core/result': result, 'saga-core/undo': undo } = value as WithUndo
  return { result, undo }
}
