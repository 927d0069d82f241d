declare const reason: unique symbol

/** A type without values, whose message the compiler shows. */
export interface SagaTypeError<TMessage extends string> {
  readonly [reason]: TMessage
}
