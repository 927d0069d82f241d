declare const reason: unique symbol

/** A type nothing is assignable to; the message is what the compiler shows. */
export interface SagaTypeError<TMessage extends string> {
  readonly [reason]: TMessage
}
