import type { Request, Response } from 'express'
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
  response.status(status).json({ code: status, message: message[languageOf(response.req)], data })
}

const PROBLEM = 'application/problem+json'
const wantsProblem = (request: Request): boolean => request.headers.accept?.includes(PROBLEM) ?? false

/** Answers an error: the envelope with its stable `error`, or RFC 9457 when the client accepts that. */
export const sendError = (response: Response, error: ApiError): void => {
  const request = response.req
  const entry = ERROR_CODES[error.code]
  const message = entry[languageOf(request)]
  response.status(entry.status)
  if (error.retryAfterMs !== undefined) {
    response.setHeader('Retry-After', Math.max(1, Math.ceil(error.retryAfterMs / 1_000)))
  }
  if (!wantsProblem(request)) {
    response.json({ code: entry.status, message, data: error.data, error: error.code })
    return
  }
  const type = `urn:seckill:error:${error.code}`
  const problem = { type, title: message, status: entry.status, error: error.code, data: error.data }
  response.type(PROBLEM).send(JSON.stringify(problem))
}
