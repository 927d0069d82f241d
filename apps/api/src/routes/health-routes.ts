import { type Request, type RequestHandler, type Response, Router } from 'express'
import type { Registry } from 'prom-client'
import { sendData } from '../http/envelope.js'
import { methodNotAllowed } from '../http/error-handler.js'
import type { Readiness } from '../observe/readiness.js'

function live(_request: Request, response: Response): void {
  sendData(response, { status: 'UP' })
}

function ready(readiness: Readiness): RequestHandler {
  return async (_request, response) => {
    const report = await readiness.read()
    const message = report.ready ? { 'zh-CN': '就绪', en: 'Ready' } : { 'zh-CN': '未就绪', en: 'Not ready' }
    sendData(response, report, { status: report.ready ? 200 : 503, message })
  }
}

function metrics(registry: Registry): RequestHandler {
  return async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics())
  }
}

/** `/health` calls no dependency, `/ready` calls each, `/metrics` is Prometheus text. */
export function healthRoutes(readiness: Readiness, registry: Registry): Router {
  return Router()
    .get('/health', live)
    .get('/ready', ready(readiness))
    .get('/metrics', metrics(registry))
    .all(['/health', '/ready', '/metrics'], methodNotAllowed('GET, HEAD'))
}
