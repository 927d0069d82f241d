import { type RequestHandler, Router } from 'express'
import { searchAudit } from 'seckill-store/mysql'
import type { SaleDatabase } from '../connections.js'
import { answered } from '../http/answered.js'
import { sendData } from '../http/envelope.js'
import { methodNotAllowed } from '../http/error-handler.js'
import { validated } from '../http/validate.js'
import { auditQuery } from './search-requests.js'

/** `GET /audit`: who changed what and why, newest first. */
export function auditRoutes({ db }: { readonly db: SaleDatabase }): Router {
  const list: RequestHandler = async (request, response) => {
    const query = validated(auditQuery, request.query, 'query')
    const rows = await answered(searchAudit(db, query))
    const entries = rows.map(({ id, at, actor, action, subject, reason, before_value, after_value }) => {
      return { id, at, actor, action, subject, reason, before: parsed(before_value), after: parsed(after_value) }
    })
    sendData(response, { entries, next: entries.length === query.limit ? (entries.at(-1)?.id ?? null) : null })
  }
  return Router().get('/audit', list).all('/audit', methodNotAllowed('GET, HEAD'))
}

function parsed(json: string | null): unknown {
  return json === null ? null : JSON.parse(json)
}
