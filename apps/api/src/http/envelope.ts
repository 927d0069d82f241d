import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { Language } from 'seckill-messages'
import type { ApiError } from './api-error.js'
import { type ErrorCode, ErrorCodes, errorPath } from './error-codes.js'
import { languageOf } from './language.js'

/** A success message per language. */
export type Message = Readonly<Record<Language, string>>

/** Headers in Node's flat form: name, value, name, value, … */
export type FlatHeaders = readonly string[]

const okMessage: Message = { 'zh-CN': '成功', en: 'OK' }
const jsonType = 'application/json'
const problemType = 'application/problem+json'

/** Answers `{code, message, data}`; `code` is the HTTP status. */
export function sendData(
  response: ServerResponse,
  data: unknown,
  options: { readonly status?: number; readonly message?: Message; readonly headers?: FlatHeaders } = {},
): void {
  const { status = 200, message = okMessage, headers } = options
  const text = JSON.stringify({ code: status, message: message[languageOf(response.req)], data })
  sendText(response, status, text, headers)
}

/** Answers an error: the envelope with its stable `error`, or RFC 9457 when the client accepts it. */
export function sendError(response: ServerResponse, error: ApiError, headers: FlatHeaders = []): void {
  const request = response.req
  const { status } = ErrorCodes[error.code]
  const all = [...headers, ...headersOf(error)]
  const language = languageOf(request)
  if (wantsProblem(request.headers)) sendText(response, status, problem(error, language), all, problemType)
  else sendText(response, status, envelope(error, language), all)
}

/**
 * Writes head and JSON text in one piece; Express's `json` would spend time on ETags and settings that this API does
 * not use.
 */
export function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: FlatHeaders = [],
  type = jsonType,
): void {
  const length = String(Buffer.byteLength(text))
  response.writeHead(status, ['Content-Type', `${type}; charset=utf-8`, 'Content-Length', length, ...headers])
  response.end(text)
}

/** Reports whether the client accepts RFC 9457. */
function wantsProblem({ accept }: IncomingHttpHeaders): boolean {
  return accept?.split(',').some(isProblemRange) ?? false
}

/** Reports whether a media range is RFC 9457's type and not excluded by `q=0`. */
function isProblemRange(range: string): boolean {
  const [type, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
  return type === problemType && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter))
}

function headersOf({ code, retryAfterMs }: ApiError): FlatHeaders {
  const challenge = ErrorCodes[code].status === 401 ? ['WWW-Authenticate', 'Bearer'] : []
  if (retryAfterMs === undefined) return challenge
  return [...challenge, 'Retry-After', String(Math.max(1, Math.ceil(retryAfterMs / 1_000)))]
}

function problem({ code, data }: ApiError, language: Language): string {
  const { status, [language]: title } = ErrorCodes[code]
  return JSON.stringify({ type: errorPath(code), title, status, error: code, data })
}

/** Envelopes of errors without data, which never differ. */
const withoutData = new Map<`${ErrorCode} ${Language}`, string>()

/** The text `{code, message, data, error}` of an error. */
export function envelope({ code, data }: ApiError, language: Language): string {
  const key = `${code} ${language}` as const
  const known = data === null ? withoutData.get(key) : undefined
  if (known !== undefined) return known
  const { status, [language]: message } = ErrorCodes[code]
  const text = JSON.stringify({ code: status, message, data, error: code })
  if (data === null) withoutData.set(key, text)
  return text
}
