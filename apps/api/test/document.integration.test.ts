import type { Express } from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAdminApp } from '../src/admin-app.js'
import { createRoutes } from '../src/app.js'
import { createIdentify } from '../src/auth/authenticate.js'
import { sessionCookies } from '../src/auth/credential.js'
import { ErrorCodes } from '../src/http/error-codes.js'
import { adminApi, publicApi } from '../src/openapi/apis.js'
import { describeApi, templateOf } from '../src/openapi/document.js'
import type { Page } from '../src/pages/read-pages.js'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { send } from './sale.js'
import { tokenOf } from './tokens.js'

let api: ApiUnderTest

beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

/** The parts of Express's router that tell what it serves. */
interface Layer {
  readonly slash?: boolean
  readonly route?: { readonly path: string | string[]; readonly methods: Readonly<Record<string, boolean>> }
  readonly handle: { readonly stack?: readonly Layer[] }
}

/** The routes of a running app but the files of its page. @throws Error for a router at a prefix, whose paths are not whole */
function served({ router }: Express, page: Page): string[] {
  const files = new Set([...page.keys()].map((path) => `get ${path}`))
  return routesOf(router as unknown as Layer['handle']).filter((route) => !files.has(route))
}

function routesOf({ stack = [] }: Layer['handle']): string[] {
  return stack.flatMap(({ route, handle, slash }) => {
    if (route === undefined && handle.stack === undefined) return []
    if (route === undefined && !slash)
      throw new Error('A router is mounted at a prefix: give its operations whole paths.')
    if (route === undefined) return routesOf(handle)
    // `_all` and `head` are the 405 of a path.
    const methods = Object.keys(route.methods).filter((method) => method !== '_all' && method !== 'head')
    return [route.path].flat().flatMap((path) => methods.map((method) => `${method} ${templateOf(path)}`))
  })
}

const servedBeforeExpress = ['post /api/v1/vouchers/{voucherId}/purchases']

function described(document: ReturnType<typeof describeApi>): string[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  )
}

describe('the OpenAPI documents', () => {
  it('have every route that the running routers serve, and no other', () => {
    const { pages, verify } = api.dependencies
    const identify = createIdentify(verify, sessionCookies.shop)
    const publicRoutes = [...served(createRoutes(api.dependencies, identify), pages.shop), ...servedBeforeExpress]
    expect(described(describeApi(publicApi)).sort()).toEqual(publicRoutes.sort())
    expect(described(describeApi(adminApi)).sort()).toEqual(
      served(createAdminApp(api.dependencies), pages.console).sort(),
    )
  })

  it('are served on their ports without a token', async () => {
    for (const [url, document] of [
      [api.url, describeApi(publicApi)],
      [api.adminUrl, describeApi(adminApi)],
    ] as const) {
      const answer = await send(`${url}/openapi.json`)
      expect([answer.status, answer.body]).toEqual([200, JSON.parse(JSON.stringify(document))])
    }
  })
})

describe('the pages', () => {
  it.each(['/docs', '/errors', '/errors/SOLD_OUT'])(
    '%s has a strict policy, and nothing that the policy blocks',
    async (path) => {
      for (const url of [api.url, api.adminUrl]) {
        const { status, headers, body } = await send(url + path)
        expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
        expect(headers.get('content-security-policy')).toBe(
          "default-src 'none';style-src 'self';base-uri 'none';form-action 'none';frame-ancestors 'none'",
        )
        expect(body).not.toMatch(/<script|<style|\sstyle=|\son\w+=|https?:/i)
        expect((await send(`${url}/docs.css`)).headers.get('content-type')).toBe('text/css; charset=utf-8')
      }
    },
  )

  it('lead only to places that exist', async () => {
    for (const url of [api.url, api.adminUrl]) {
      const { body } = await send(`${url}/docs`)
      const ids = new Set([...body.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))
      const links = [...body.matchAll(/ href="([^"]+)"/g)].map(([, href]) => href)
      expect(links.filter((href) => href.startsWith('#') && !ids.has(href.slice(1)))).toEqual([])
      for (const href of new Set(links.filter((href) => href.startsWith('/')))) {
        expect([href, (await send(url + href)).status]).toEqual([href, 200])
      }
    }
  })

  it('exist for each error code, in both languages', async () => {
    for (const [code, entry] of Object.entries(ErrorCodes)) {
      for (const language of ['zh-CN', 'en'] as const) {
        const page = await send(`${api.url}/errors/${code}`, { headers: { 'accept-language': language } })
        expect([page.status, page.body]).toEqual([200, expect.stringContaining(`<html lang="${language}">`)])
        expect(page.body).toContain(code)
        expect(page.body).toContain(entry['zh-CN'])
      }
    }
    expect((await send(`${api.url}/errors/NO_SUCH_ERROR`)).status).toBe(404)
    expect((await send(`${api.url}/errors/toString`)).status).toBe(404)
  })
})

it('the type of a problem is the path of its page', async () => {
  const headers = { accept: 'application/problem+json', authorization: `Bearer ${await tokenOf(3)}` }
  const problems = [
    await send(`${api.url}/api/v1/vouchers/99999999/purchases`, { method: 'POST', headers }),
    await send(`${api.url}/api/v1/orders/none`, { headers }),
    await send(`${api.adminUrl}/admin/v1/campaigns`, { headers }),
  ]
  expect(problems.map(({ body }) => body.type)).toEqual([
    '/errors/VOUCHER_NOT_FOUND',
    '/errors/NOT_FOUND',
    '/errors/FORBIDDEN',
  ])
  for (const { body } of problems) expect((await send(new URL(body.type, api.url).href)).status).toBe(200)
})
