import { type RequestHandler, Router } from 'express'
import type { Registry } from 'prom-client'
import { sendData } from '../http/envelope.js'
import type { Readiness } from '../observe/readiness.js'

const live: RequestHandler = (_request, response) => sendData(response, { status: 'UP' })

const ready =
  (readiness: Readiness): RequestHandler =>
  async (_request, response) => {
    const report = await readiness.read()
    const message = report.ready ? { 'zh-CN': '就绪', en: 'Ready' } : { 'zh-CN': '未就绪', en: 'Not ready' }
    sendData(response, report, { status: report.ready ? 200 : 503, message })
  }

const metrics =
  (registry: Registry): RequestHandler =>
  async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics())
  }

/** `/health` touches no dependency, `/ready` does, `/metrics` is Prometheus text. */
export const healthRoutes = (readiness: Readiness, registry: Registry): Router =>
  Router().get('/health', live).get('/ready', ready(readiness)).get('/metrics', metrics(registry))
