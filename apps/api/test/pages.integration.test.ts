import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPages } from '../src/pages/read-pages.js'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { send } from './sale.js'

let api: ApiUnderTest

beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const scriptOf = (page: string): string => /src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1] ?? 'no script'

describe.each(['url', 'adminUrl'] as const)('the page at / of the %s', (port) => {
  it('runs its own scripts and styles only, and no inline ones', async () => {
    const { status, headers, body } = await send(`${api[port]}/`)
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
    const policy = headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
    expect(policy).not.toContain('unsafe')
    expect(policy).not.toContain('http')
    expect(body).not.toMatch(/<style|style="|<script(?![^>]*src="\/assets\/)|(?:src|href)="(?!\/)/)
  })

  it('is asked for again each time, and not sent again where it is the same', async () => {
    const { headers } = await send(`${api[port]}/`)
    expect(headers.get('cache-control')).toBe('no-cache')
    const known = { 'if-none-match': headers.get('etag') ?? '', 'cache-control': 'max-age=0' }
    const again = await fetch(`${api[port]}/`, { headers: known })
    expect(again.status).toBe(304)
  })

  it('has a script that is kept for ever, compressed as the client can read it', async () => {
    const script = `${api[port]}${scriptOf((await send(`${api[port]}/`)).body)}`
    const plain = await send(script, { headers: { 'accept-encoding': 'identity' } })
    expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(plain.headers.get('content-encoding')).toBeNull()
    for (const [accepted, sent] of [
      ['gzip, deflate, br, zstd', 'br'],
      ['gzip', 'gzip'],
    ] as const) {
      const { headers, body } = await send(script, { headers: { 'accept-encoding': accepted } })
      expect(headers.get('content-encoding')).toBe(sent)
      expect(headers.get('vary')).toBe('Accept-Encoding')
      expect(body).toBe(plain.body)
    }
  })

  it('sends what protects a document with each document, and with no other file', async () => {
    const script = await send(`${api[port]}${scriptOf((await send(`${api[port]}/`)).body)}`)
    for (const path of ['/', '/icon.svg']) {
      const { headers } = await send(`${api[port]}${path}`)
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(headers.get('x-frame-options')).toBe('SAMEORIGIN')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
    }
    for (const always of ['x-content-type-options', 'cross-origin-resource-policy', 'strict-transport-security'])
      expect(script.headers.get(always)).not.toBeNull()
    for (const ofDocuments of ['content-security-policy', 'x-frame-options', 'cross-origin-opener-policy'])
      expect(script.headers.get(ofDocuments)).toBeNull()
  })

  it('takes no other method, and has no file beside its own', async () => {
    expect((await send(`${api[port]}/`, { method: 'POST' })).body.error).toBe('METHOD_NOT_ALLOWED')
    for (const path of ['/index.html', '/assets/', '/..%2fpackage.json', '/ASSETS/x.js'])
      expect((await send(`${api[port]}${path}`)).body.error).toBe('NOT_FOUND')
  })
})

it('the shop is loaded with less than 20 kB on the wire, in each language', async () => {
  const page = (await send(`${api.url}/`)).body
  const files = [...page.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, file]) => file)
  expect(files).toHaveLength(2)
  const script = String((await send(`${api.url}${files.find((file) => file.endsWith('.js'))}`)).body)
  const languages = [...new Set([...script.matchAll(/(?:chinese|english)-[\w-]+\.js/g)].map(([file]) => file))]
  expect(languages).toHaveLength(2)
  const sizeOf = async (path: string): Promise<number> => {
    const { headers } = await send(`${api.url}${path}`, { headers: { 'accept-encoding': 'gzip' } })
    expect(headers.get('content-encoding')).toBe('gzip')
    return Number(headers.get('content-length'))
  }
  const always = (await Promise.all(['/', ...files].map(sizeOf))).reduce((sum, size) => sum + size, 0)
  for (const language of languages) expect(always + (await sizeOf(`/assets/${language}`))).toBeLessThan(20_000)
})

it('a folder without a built page is refused with what to do', () => {
  const webDir = mkdtempSync(join(tmpdir(), 'pages-'))
  mkdirSync(join(webDir, 'shop'))
  writeFileSync(join(webDir, 'shop/index.html'), '<!doctype html>')
  expect(() => readPages(webDir)).toThrow(/console has no index\.html: build the pages .* or set WEB_DIR/)
})
