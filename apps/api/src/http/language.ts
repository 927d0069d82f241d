import type { Request } from 'express'
import { LANGUAGES, type Language } from './error-codes.js'

const MOST_REMEMBERED = 1_000
const remembered = new Map<string, Language>()

/** The language of an Accept-Language header, where it is missing or was met before. */
export const rememberedLanguage = (header: string | undefined): Language | undefined =>
  header === undefined ? LANGUAGES[0] : remembered.get(header)

/** The language of the answer's message, by Accept-Language; zh-CN when none fits. */
export const languageOf = (request: Request): Language => {
  const header = request.headers['accept-language']
  return rememberedLanguage(header) ?? remember(header ?? '', negotiated(request))
}

const negotiated = (request: Request): Language => {
  const accepted = request.acceptsLanguages(...LANGUAGES)
  return LANGUAGES.find((language) => language === accepted) ?? LANGUAGES[0]
}

const remember = (header: string, language: Language): Language => {
  if (remembered.size >= MOST_REMEMBERED) remembered.clear()
  remembered.set(header, language)
  return language
}
