import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { resetStack } from 'seckill-local-stack'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { e2eStack } from '../setup/e2e-stack-name.js'
import { hasBrowser, lookAt, openBrowser } from './browser.js'

const stack = { root: e2eStack.root, name: 'e2e-newcomer' }
const main = join(stack.root, 'apps/cli/dist/main.js')
const { REDIS_URL, DATABASE_URL, DATABASE_MIGRATION_URL, TEMPORAL_ADDRESS, ...env } = process.env

/** The commands of the README that need nothing but a demo that is up. */
const commands = readFileSync(join(stack.root, 'README.md'), 'utf8')
  .split('\n')
  .flatMap(
    (line) => /\.\/seckill (?<args>(?:rush|campaign create|purchase show|help)[^#`]*)/.exec(line)?.groups?.args ?? [],
  )
  .map((args) => args.trim())

describe.runIf(hasBrowser())('somebody who has never seen the repository', () => {
  let demo: ChildProcess
  let browser: Browser
  let page: Page
  let said = ''
  let number = ''

  beforeAll(async () => {
    const args = [main, 'demo', '--shoppers', '200', '--stock', '20', '--name', stack.name]
    demo = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] })
    demo.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
    await vi.waitFor(() => expect(said).toContain('The sale stays up'), { timeout: 240_000, interval: 100 })
    browser = await openBrowser()
    const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1_280, height: 900 } })
    page = await context.newPage()
  })
  afterAll(async () => {
    await browser?.close()
    demo.kill('SIGINT')
    if (demo.exitCode === null) await once(demo, 'exit')
    await resetStack(stack)
  })

  const linkTo = (name: string): string => new RegExp(`│ ${name} +(http\\S+)`).exec(said)?.[1] ?? `no link to ${name}`

  it('buys and pays by the first link of the box, with clicks alone', async () => {
    await page.goto(linkTo('Shop'))
    const card = page.getByRole('article').filter({ hasText: 'Coffee for two' })
    await card.getByRole('button', { name: 'Sign in to buy' }).click()
    await page.getByRole('dialog').getByRole('button').first().click()
    await card.getByRole('button', { name: 'Buy now' }).click()
    await card.getByRole('button', { name: 'Pay now' }).click()
    await page.getByRole('button', { name: /^Pay CN¥9\.90/ }).click()
    await card.getByRole('heading', { name: 'Paid: it is yours' }).waitFor()
    number = /Number (\d+-[a-z2-7]{26})/.exec((await card.textContent()) ?? '')?.[1] ?? 'no number'
    expect(await lookAt(page, 'newcomer-paid')).toEqual([])
  })

  it("sees the steps of its purchase in the console, by its number, and the run in Temporal's Web UI", async () => {
    await page.goto(linkTo('Console'))
    await page.getByRole('button', { name: 'Enter as operator' }).click()
    await page.getByRole('navigation').getByRole('link', { name: 'Purchases', exact: true }).click()
    await page.getByLabel('User, order or number').fill(number)
    await page.getByRole('button', { name: 'Search' }).click()
    await page.getByText('It has ended: completed.').waitFor()
    expect(await lookAt(page, 'newcomer-saga')).toEqual([])
    const opening = page.context().waitForEvent('page')
    await page.getByRole('link', { name: 'Open in Temporal' }).click()
    const run = await opening
    await run.getByRole('heading', { name: /purchase-/ }).waitFor()
    await run.getByText('Completed').first().waitFor()
    expect(run.url().startsWith(linkTo('Temporal'))).toBe(true)
    await run.screenshot({ path: join(stack.root, '.vitest/screens/newcomer-temporal.png') })
  })

  it('types each command of the README for a demo that is up, and each does what it says', async () => {
    expect(commands.map((args) => args.split(' ', 1)[0]).toSorted()).toEqual(['campaign', 'help', 'purchase', 'rush'])
    const cwd = mkdtempSync(join(tmpdir(), 'newcomer-'))
    try {
      const written = new Map<string, string>()
      for (const command of commands) {
        const args = command.replace('<number>', number).split(' ')
        const named = args[0] === 'help' ? args : [...args, '--name', stack.name]
        const { stdout, stderr } = await promisify(execFile)(process.execPath, [main, ...named], { cwd, env })
        written.set(args[0] ?? '', `${stdout}${stderr}`)
      }
      expect(existsSync(join(cwd, 'rush.html'))).toBe(true)
      expect(written.get('purchase')).toContain(linkTo('Temporal'))
      expect(written.get('campaign')).toContain('7')
      expect(written.get('help')).toContain('reconcile')
    } finally {
      rmSync(cwd, { recursive: true })
    }
  })
})
