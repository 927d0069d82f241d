import { type Request, type RequestHandler, type Response, Router } from 'express'
import type { z } from 'zod'
import { jsonBody } from './body.js'
import { type FlatHeaders, type Message, sendData, sendText } from './envelope.js'
import { methodNotAllowed } from './error-handler.js'
import type { DataAnswer, EmptyAnswer, Operation, Operations, SuccessAnswer, TextAnswer } from './operation.js'
import { validated } from './validate.js'

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T
type OutputOf<S> = S extends z.ZodType ? z.output<S> : undefined

/** The parts of a request, and what they came with. */
interface AskedParts<P, H, Q, B> {
  readonly params: P
  readonly headers: H
  readonly query: Q
  readonly body: B
  readonly request: Request
  /** Carries the principal in its locals; the reply is sent by it. */
  readonly response: Response
}

/** A request for an operation, validated by the operation's schemas. */
export type Asked<O extends Operation> = AskedParts<
  OutputOf<O['params']>,
  OutputOf<O['headers']>,
  OutputOf<O['query']>,
  OutputOf<O['body']>
>

type BodyOf<A extends SuccessAnswer> =
  A extends DataAnswer<infer S>
    ? { readonly data: DeepReadonly<z.output<S>>; readonly message?: Message }
    : A extends TextAnswer
      ? { readonly text: string }
      : A extends EmptyAnswer
        ? object
        : never

/** A success answer of an operation: its status, and the data or the text that the operation describes for it. */
type Reply<O extends Operation> = {
  [S in keyof O['answers'] & number]: { readonly status: S; readonly headers?: FlatHeaders } & BodyOf<O['answers'][S]>
}[keyof O['answers'] & number]

/**
 * Serves an operation; `undefined` where it has answered by the response itself, as an event stream does.
 *
 * @throws ApiError for every error answer
 */
type Handler<O extends Operation> = (asked: Asked<O>) => Reply<O> | undefined | Promise<Reply<O> | undefined>

/** Stands for the handler of an operation that is served before Express. */
export const servedBeforeExpress = 'served before Express'

export type Handlers<O extends Operations> = { readonly [Id in keyof O]: Handler<O[Id]> | typeof servedBeforeExpress }

/** The middleware around the operations of a router. */
export interface RouteOptions {
  /** Sets the principal of the operations for buyers. */
  readonly authenticate?: RequestHandler
  /** Runs before everything else of an operation. */
  readonly before?: readonly RequestHandler[]
}

/**
 * Takes the operations, then their handlers, and makes a router, which answers 405 to other methods on their paths. The handlers
 * are an argument of their own, so that their replies are checked against the operations.
 */
export function routes<O extends Operations>(
  operations: O,
  options: RouteOptions = {},
): (handlers: Handlers<O>) => Router {
  return (handlers) => {
    const router = Router()
    for (const [id, operation] of Object.entries(operations)) {
      const handler = handlers[id] as Handler<Operation> | typeof servedBeforeExpress
      if (handler === servedBeforeExpress) continue
      if (operation.hasNoHead) router.head(operation.path, methodNotAllowed('GET'))
      router[operation.method](operation.path, ...middleware(operation, options), serving(operation, handler))
    }
    for (const [path, allowed] of allowedMethods(operations)) router.all(path, methodNotAllowed(allowed))
    return router
  }
}

function middleware({ access, body, path }: Operation, { authenticate, before = [] }: RouteOptions): RequestHandler[] {
  if (access === 'buyer' && authenticate === undefined) throw new Error(`${path} is for buyers: pass authenticate.`)
  return [
    ...before,
    ...(access === 'buyer' && authenticate !== undefined ? [authenticate] : []),
    ...(body === undefined ? [] : [jsonBody]),
  ]
}

function serving(operation: Operation, handler: Handler<Operation>): RequestHandler {
  return async (request, response) => {
    const reply = await handler(askedBy(operation, request, response))
    if (reply !== undefined) send(response, operation, reply)
  }
}

function askedBy({ params, headers, query, body }: Operation, request: Request, response: Response): Asked<Operation> {
  return {
    params: params && validated(params, request.params, ''),
    headers: headers && validated(headers, headersOf(headers, request), ''),
    query: query && validated(query, request.query, 'query'),
    body: body && validated(body, request.body, 'body'),
    request,
    response,
  }
}

function headersOf(schema: z.ZodObject, request: Request): Record<string, string | undefined> {
  return Object.fromEntries(Object.keys(schema.shape).map((name) => [name, request.get(name)]))
}

function send(response: Response, { answers }: Operation, reply: Reply<Operation>): void {
  const { status, headers = [] } = reply
  const answer = answers[status]
  if ('data' in reply) sendData(response, reply.data, { ...reply, headers })
  else if ('text' in reply && answer?.kind === 'text') sendText(response, status, reply.text, headers, answer.mediaType)
  else response.writeHead(status, [...headers]).end()
}

/** The `Allow` header of each path. */
function allowedMethods(operations: Operations): ReadonlyMap<string, string> {
  const byPath = Map.groupBy(Object.values(operations), ({ path }) => path)
  return new Map([...byPath].map(([path, all]) => [path, all.map(allowOf).join(', ')]))
}

function allowOf({ method, hasNoHead }: Operation): string {
  return method === 'get' && !hasNoHead ? 'GET, HEAD' : method.toUpperCase()
}
