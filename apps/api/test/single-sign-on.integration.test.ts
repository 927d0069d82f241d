import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasBrowser, lookAt, openBrowser, openPage } from '../../../test/e2e/browser.js'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { type ProviderUnderTest, startProvider, testAudience, testClient } from './openid-provider.js'
import { send, startSale } from './sale.js'

let provider: ProviderUnderTest
let api: ApiUnderTest

beforeAll(async () => {
  provider = await startProvider()
  api = await startApi({ env: (origins) => singleSignOnOf(provider, origins) })
  await startSale(api)
  provider.allow([`${api.url}/api/v1/session/return`, `${api.adminUrl}/admin/v1/session/return`])
})
afterAll(async () => {
  await api?.close()
  await provider?.close()
})

function singleSignOnOf({ issuer, jwksUrl }: ProviderUnderTest, { shop, console }: { shop: string; console: string }) {
  return {
    SECKILL_MODE: 'production',
    AUTH_LOCAL_SECRET: '',
    AUTH_ISSUER: issuer,
    AUTH_JWKS_URL: jwksUrl,
    AUTH_AUDIENCE: testAudience,
    OIDC_CLIENT_ID: testClient.id,
    OIDC_CLIENT_SECRET: testClient.secret,
    OIDC_RESOURCE: testAudience,
    SHOP_URL: shop,
    CONSOLE_URL: console,
  }
}

const begin = () => send(`${api.url}/api/v1/session/sign-in`, { redirect: 'manual' })
const locationOf = ({ headers }: { readonly headers: Headers }) => new URL(headers.get('location') ?? 'none:')

describe('a sign-in by OpenID Connect', () => {
  it('sends the browser to the provider with a challenge, and keeps its secrets in a cookie that no script reads', async () => {
    const answer = await begin()
    expect(answer.status).toBe(303)
    const { origin, pathname, searchParams } = locationOf(answer)
    expect(origin + pathname).toBe(`${provider.issuer}/auth`)
    expect(Object.fromEntries(searchParams)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: `${api.url}/api/v1/session/return`,
      resource: testAudience,
    })
    const cookie = answer.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(
      /^seckill_sign_in=[\w-]+; Max-Age=600; Path=\/api\/v1\/session; Expires=.*; HttpOnly; SameSite=Lax$/,
    )
    const kept = JSON.parse(Buffer.from(/=([\w-]+);/.exec(cookie)?.[1] ?? '', 'base64url').toString())
    expect(kept.state).toBe(searchParams.get('state'))
    expect(locationOf(answer).href).not.toContain(kept.codeVerifier)
  })

  it('begins no session for a return that this browser did not ask for, with another state, or with a forged code', async () => {
    const { headers } = await begin()
    const cookie = headers.get('set-cookie')?.split(';', 1)[0] ?? ''
    const state = locationOf({ headers }).searchParams.get('state')
    const iss = encodeURIComponent(provider.issuer)
    for (const [query, sent] of [
      [`code=x&state=${state}&iss=${iss}`, ''],
      [`code=x&state=another&iss=${iss}`, cookie],
      [`code=x&state=${state}&iss=${iss}`, cookie],
      [`error=access_denied&state=${state}&iss=${iss}`, cookie],
      ['', cookie],
      [`code=x&state=${state}&iss=${iss}`, 'seckill_sign_in=e30'],
    ] as const) {
      const returned = await send(`${api.url}/api/v1/session/return?${query}`, {
        redirect: 'manual',
        headers: { cookie: sent },
      })
      expect(returned.status).toBe(303)
      expect(locationOf(returned).href).toBe(`${api.url}/?sign-in=refused`)
      expect(returned.headers.get('set-cookie') ?? '').not.toContain('seckill_shop')
    }
  })

  it('tells the page that the provider does not answer, and works again once it does', async () => {
    const lonely = await startApi({
      database: api.database,
      env: (origins) => ({ ...singleSignOnOf(provider, origins), AUTH_ISSUER: 'http://127.0.0.1:9' }),
    })
    try {
      const answer = await send(`${lonely.url}/api/v1/session/sign-in`, { redirect: 'manual' })
      expect(locationOf(answer).href).toBe(`${lonely.url}/?sign-in=unavailable`)
    } finally {
      await lonely.close()
    }
  })

  it('is offered by the session of both pages, and is not there where no provider is configured', async () => {
    expect((await send(`${api.url}/api/v1/session`)).body.data).toMatchObject({ signInPath: '/api/v1/session/sign-in' })
    expect((await send(`${api.adminUrl}/admin/v1/session`)).body.data).toEqual({
      session: null,
      local: false,
      signInPath: '/admin/v1/session/sign-in',
    })
    const without = await startApi({ database: api.database })
    try {
      expect((await send(`${without.url}/api/v1/session`)).body.data.signInPath).toBeNull()
      for (const path of ['sign-in', 'return'])
        expect((await send(`${without.url}/api/v1/session/${path}`)).body.error).toBe('NOT_FOUND')
    } finally {
      await without.close()
    }
  })
})

describe.runIf(hasBrowser())('in a browser', () => {
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser?.close())

  /** Goes through the provider's own pages: its login, and its question whether the client may know the user. */
  async function passProvider(login: string): Promise<void> {
    await page.getByPlaceholder('Enter any login').fill(login)
    await page.getByPlaceholder('and password').fill('any')
    await page.getByRole('button', { name: 'Sign-in' }).click()
    await page.getByRole('button', { name: 'Continue' }).click()
  }

  async function newPage(origin: string): Promise<void> {
    const opened = await openPage(await browser.newContext({ baseURL: origin, locale: 'en' }))
    page = opened.page
    await page.goto('/')
  }

  it('a shopper signs in at the provider, is known to the shop, and stays so after a reload', async () => {
    const { db } = api.database
    const { id, name } = await db.selectFrom('users').select(['id', 'name']).limit(1).executeTakeFirstOrThrow()
    await newPage(api.url)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await passProvider(String(id))
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
    await page.getByTitle(name).waitFor()
    expect(new URL(page.url()).search).toBe('')
    const cookies = await page.context().cookies(api.url)
    expect(cookies.find((cookie) => cookie.name === 'seckill_shop')).toMatchObject({
      httpOnly: true,
      sameSite: 'Strict',
    })
    expect(cookies.some((cookie) => cookie.name === 'seckill_sign_in')).toBe(false)
    expect(await page.evaluate('localStorage.length + sessionStorage.length')).toBe(0)
    await page.reload()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
  })

  it('a user whom the shop does not know is told so', async () => {
    await newPage(api.url)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await passProvider('999999999999')
    await page.getByRole('alert').filter({ hasText: 'this shop has no account of yours' }).waitFor()
    expect(await lookAt(page, 'shop-sign-in-unknown')).toEqual([])
    expect(new URL(page.url()).search).toBe('')
  })

  it('an operator enters the console with the role that the provider gives, and a shopper does not', async () => {
    provider.roles.set('4711', 'operator')
    await newPage(api.adminUrl)
    await page.getByRole('link', { name: 'Continue to sign in' }).waitFor()
    expect(await lookAt(page, 'console-sign-in-at-issuer')).toEqual([])
    await page.getByRole('link', { name: 'Continue to sign in' }).click()
    await passProvider('4711')
    await page.getByRole('heading', { name: 'Live', level: 1 }).waitFor()
    await page.getByText('user 4711, operator').waitFor()

    await newPage(api.adminUrl)
    await page.getByRole('link', { name: 'Continue to sign in' }).click()
    await passProvider('4712')
    await page.getByRole('alert').filter({ hasText: 'has no role here' }).waitFor()
  })
})
