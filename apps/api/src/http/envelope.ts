import type { IncomingHttpHeaders } from 'node:http'
import type { Response } from 'express'
import type { ApiError } from './api-error.js'
import { ERROR_CODES, type Language } from './error-codes.js'
import { languageOf } from './language.js'

/** A success message per language. */
export type Message = Readonly<Record<Language, string>>

const OK: Message = { 'zh-CN': '成功', en: 'OK' }

/** Answers `{code, message, data}`; `code` is the HTTP status. */
export const sendData = (
  response: Response,
  data: unknown,
  options: { readonly status?: number; readonly message?: Message } = {},
): void => {
  const { status = 200, message = OK } = options
  sendJson(response, status, { code: status, message: message[languageOf(response.req)], data })
}

const PROBLEM = 'application/problem+json'

/** Whether a client asks for RFC 9457 in place of the envelope. */
export const wantsProblem = ({ accept }: IncomingHttpHeaders): boolean => accept?.includes(PROBLEM) ?? false

/** The body of an error's answer. */
export const errorEnvelope = ({ code, data }: ApiError, language: Language) => ({
  code: ERROR_CODES[code].status,
  message: ERROR_CODES[code][language],
  data,
  error: code,
})

/** Answers an error: the envelope with its stable `error`, or RFC 9457 when the client accepts that. */
export const sendError = (response: Response, error: ApiError): void => {
  const request = response.req
  const entry = ERROR_CODES[error.code]
  if (entry.status === 401) response.setHeader('WWW-Authenticate', 'Bearer')
  if (error.retryAfterMs !== undefined) {
    response.setHeader('Retry-After', Math.max(1, Math.ceil(error.retryAfterMs / 1_000)))
  }
  if (!wantsProblem(request.headers)) {
    sendJson(response, entry.status, errorEnvelope(error, languageOf(request)))
    return
  }
  const type = `urn:seckill:error:${error.code}`
  const problem = { type, title: entry[languageOf(request)], status: entry.status, error: error.code, data: error.data }
  sendJson(response, entry.status, problem, PROBLEM)
}

/** Past Express's own `json`, which looks for ETags, charsets and settings that this API does not have. */
const sendJson = (response: Response, status: number, value: unknown, type = 'application/json'): void => {
  const body = JSON.stringify(value)
  response.statusCode = status
  response.setHeader('Content-Type', `${type}; charset=utf-8`)
  response.setHeader('Content-Length', Buffer.byteLength(body))
  response.end(body)
}
