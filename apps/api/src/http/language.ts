import type { IncomingMessage } from 'node:http'
import express, { type Request } from 'express'
import { type Language, languages } from 'seckill-messages'

const mostRemembered = 1_000
const remembered = new Map<string, Language>()

/** The language of the answer's message, by Accept-Language; zh-CN when none fits. */
export function languageOf(request: IncomingMessage): Language {
  return askedLanguage(request) ?? languages[0]
}

/** The language that Accept-Language asks for; undefined where the client takes any. */
export function askedLanguage(request: IncomingMessage): Language | undefined {
  const header = request.headers['accept-language']
  if (header === undefined || header === '*') return undefined
  return remembered.get(header) ?? remember(header, negotiated(request))
}

/** Express's negotiation, which reads the headers only and therefore works on a plain request. */
function negotiated(request: IncomingMessage): Language {
  const accepted = express.request.acceptsLanguages.call(request as Request, ...languages)
  return languages.find((language) => language === accepted) ?? languages[0]
}

function remember(header: string, language: Language): Language {
  if (remembered.size >= mostRemembered) remembered.clear()
  remembered.set(header, language)
  return language
}
