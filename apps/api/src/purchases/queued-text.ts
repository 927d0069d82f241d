import type { IncomingMessage } from 'node:http'
import type { Message } from '../http/envelope.js'
import { languageOf } from '../http/language.js'
import type { Durability } from '../observe/redis-durability.js'
import type { Accepted } from './admission.js'
import type { SignedPromise } from './receipts.js'

const queuedMessage: Message = { 'zh-CN': '排队中，请稍后查询结果', en: 'Queued; ask for the result shortly' }
const placeholder = '<traceId>'

/** The JSON before and after the trace id, per message and durability. */
const around = new Map<string, readonly [before: string, after: string]>()

/** The body of a 202; a trace id and a receipt need no escape in JSON. */
export function queuedText(request: IncomingMessage, { traceId, signed }: Accepted, durability: Durability): string {
  const message = queuedMessage[languageOf(request)]
  const key = `${message}${durability}`
  const [before, after] = around.get(key) ?? remember(key, message, durability)
  return `${before}${traceId}${after}${promiseText(signed)}}}`
}

function remember(key: string, message: string, durability: Durability) {
  const text = JSON.stringify({ code: 202, message, data: { traceId: placeholder, status: 'QUEUED', durability } })
  const at = text.indexOf(placeholder)
  const parts = [text.slice(0, at), text.slice(at + placeholder.length, -'}}'.length)] as const
  around.set(key, parts)
  return parts
}

/** The last members of the data; the trace id stands before them. */
function promiseText(signed: SignedPromise | null): string {
  if (signed === null) return ',"promised":null,"receipt":null'
  const { traceId: _, ...promised } = signed.promised
  return `,"promised":${JSON.stringify(promised)},"receipt":"${signed.receipt}"`
}
