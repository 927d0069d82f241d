import type { Request } from 'express'
import { LANGUAGES, type Language } from './error-codes.js'

/** The language of the answer's message, by Accept-Language; zh-CN when none fits. */
export const languageOf = (request: Request): Language => {
  if (request.headers['accept-language'] === undefined) return LANGUAGES[0]
  const accepted = request.acceptsLanguages(...LANGUAGES)
  return LANGUAGES.find((language) => language === accepted) ?? LANGUAGES[0]
}
