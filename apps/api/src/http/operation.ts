import { z } from 'zod'
import type { ErrorCode } from './error-codes.js'

/** The sender that an operation asks for: anyone, a buyer, or an admin; by a bearer token or the session's cookie. */
type Access = 'anyone' | 'buyer' | 'admin'

/** The envelope around `data`. */
export interface DataAnswer<S extends z.ZodType = z.ZodType> {
  readonly kind: 'data'
  readonly description: string
  readonly data: S
  readonly headers: readonly string[]
}

/** A body without an envelope. */
export interface TextAnswer {
  readonly kind: 'text'
  readonly description: string
  readonly mediaType: string
  readonly schema: z.ZodType
  readonly headers: readonly string[]
}

export interface EmptyAnswer {
  readonly kind: 'empty'
  readonly description: string
}

export type SuccessAnswer = DataAnswer | TextAnswer | EmptyAnswer

/** One operation of the API: Express serves it and the OpenAPI document describes it by this entry alone. */
export interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** The whole path in Express's form. */
  readonly path: string
  readonly summary: string
  /** Answers HEAD with 405, since a stream has no length. */
  readonly hasNoHead?: boolean
  readonly access: Access
  readonly params?: z.ZodObject
  /** Request headers by their names. */
  readonly headers?: z.ZodObject
  readonly query?: z.ZodObject
  /** A JSON body. */
  readonly body?: z.ZodType
  /** A body that the handler takes as bytes; it is described only. */
  readonly bytes?: z.ZodType
  /** Success answers by status. */
  readonly answers: Readonly<Record<number, SuccessAnswer>>
  /** Error codes of its own, beside those that the sender and the parts of the request bring. */
  readonly errors?: readonly ErrorCode[]
}

/** Operations by operation id, which is unique in a document. */
export type Operations = Readonly<Record<string, Operation>>

/** An answer in the envelope; `headers` names those that it carries. */
export function data<S extends z.ZodType>(
  schema: S,
  description = 'OK',
  headers: readonly string[] = [],
): DataAnswer<S> {
  return { kind: 'data', description, data: schema, headers }
}

/** An answer without an envelope. */
export function text(
  mediaType: string,
  description: string,
  options: { readonly schema?: z.ZodType; readonly headers?: readonly string[] } = {},
): TextAnswer {
  const { schema = z.string(), headers = [] } = options
  return { kind: 'text', description, mediaType, schema, headers }
}

/** An answer without a body. */
export function empty(description: string): EmptyAnswer {
  return { kind: 'empty', description }
}
