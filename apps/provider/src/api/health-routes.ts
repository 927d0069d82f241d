import { Router } from 'express'
import type { Registry } from 'prom-client'
import { methodNotAllowed } from './answers.js'

/** `/health` says that the process serves; it serves when its journal is read. `/metrics` is Prometheus text. */
export function healthRoutes(registry: Registry): Router {
  return Router()
    .get('/health', (_request, response) => void response.json({ status: 'UP' }))
    .get(
      '/metrics',
      async (_request, response) => void response.type(registry.contentType).send(await registry.metrics()),
    )
    .all(['/health', '/metrics'], methodNotAllowed('GET'))
}
