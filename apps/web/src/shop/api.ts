import { createPublicClient, type PublicClient } from 'seckill-client/public'
import type { Language } from '../ui/language.js'

const limitMs = 10_000

function clientIn(language: Language): PublicClient {
  return createPublicClient({
    baseUrl: location.origin,
    headers: { Accept: 'application/json', 'Accept-Language': language },
    fetch: (request) => fetch(request, { signal: AbortSignal.timeout(limitMs) }),
  })
}

/** The page's own API by the language of its messages. */
export const api = { en: clientIn('en'), 'zh-CN': clientIn('zh-CN') } as const
