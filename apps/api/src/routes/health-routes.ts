import type { Router } from 'express'
import type { Registry } from 'prom-client'
import { z } from 'zod'
import { data, type Operations, text } from '../http/operation.js'
import { routes } from '../http/routes.js'
import type { Readiness } from '../observe/readiness.js'

const readiness = z
  .strictObject({
    ready: z.boolean(),
    draining: z.boolean().meta({ description: 'the process is stopping' }),
    checks: z.record(z.string(), z.looseObject({ ok: z.boolean() })),
  })
  .meta({ id: 'Readiness' })

/** The operations of a process's health. */
export const healthOperations = {
  isAlive: {
    method: 'get',
    path: '/health',
    summary: 'Whether the process runs; it calls no dependency',
    access: 'anyone',
    answers: { 200: data(z.strictObject({ status: z.literal('UP') })) },
  },
  isReady: {
    method: 'get',
    path: '/ready',
    summary: 'Whether the process can serve; it calls each dependency, at most once a second',
    access: 'anyone',
    answers: { 200: data(readiness, 'It is ready'), 503: data(readiness, 'It is not ready') },
  },
  showMetrics: {
    method: 'get',
    path: '/metrics',
    summary: 'The metrics of the process for Prometheus',
    access: 'anyone',
    answers: { 200: text('text/plain; version=0.0.4', 'Metrics in the text format of Prometheus') },
  },
} as const satisfies Operations

/** Tells of the health of the process. */
export function healthRoutes(readiness: Readiness, registry: Registry): Router {
  return routes(healthOperations)({
    isAlive() {
      return { status: 200, data: { status: 'UP' } }
    },
    async isReady() {
      const report = await readiness.read()
      if (report.ready) return { status: 200, data: report, message: { 'zh-CN': '就绪', en: 'Ready' } }
      return { status: 503, data: report, message: { 'zh-CN': '未就绪', en: 'Not ready' } }
    },
    async showMetrics() {
      return { status: 200, text: await registry.metrics() }
    },
  })
}
