import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import axe from 'axe-core'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { obtainBrowser } from 'seckill-local-stack'
import { writeLine } from '../setup/progress.js'

const executablePath = await obtainBrowser(process.env, writeLine)

/** Reports whether this machine has the browser of these tests. */
export function hasBrowser(): boolean {
  if (executablePath !== undefined) return true
  writeLine('The tests in a browser are skipped: install Chromium, or set CHROMIUM to one.')
  return false
}

/** Starts the browser. @throws Error where there is none */
export function openBrowser(): Promise<Browser> {
  if (executablePath === undefined) throw new Error('There is no browser: ask `hasBrowser` before.')
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
}

/** The sizes and colours in which a page is looked at. */
const looks = [
  { name: 'desktop-light', viewport: { width: 1_280, height: 900 }, colorScheme: 'light' },
  { name: 'desktop-dark', viewport: { width: 1_280, height: 900 }, colorScheme: 'dark' },
  { name: 'phone-light', viewport: { width: 390, height: 844 }, colorScheme: 'light' },
  { name: 'phone-dark', viewport: { width: 390, height: 844 }, colorScheme: 'dark' },
] as const

const folder = join(import.meta.dirname, '../../.vitest/screens')

/** A page, and the faults that its browser told of. */
export interface WatchedPage {
  readonly page: Page
  /** Errors of scripts, and what the page's policy blocked. */
  readonly faults: readonly string[]
}

/** Opens a page whose faults are kept. */
export async function openPage(context: BrowserContext): Promise<WatchedPage> {
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text())
  })
  return { page, faults }
}

/** What is wrong with how a page looks: violations that axe calls serious, and content that is wider than a phone. */
export async function lookAt(page: Page, name: string): Promise<readonly string[]> {
  mkdirSync(folder, { recursive: true })
  const found: string[] = []
  for (const { name: look, viewport, colorScheme } of looks) {
    await page.setViewportSize(viewport)
    await page.emulateMedia({ colorScheme })
    await page.screenshot({ path: join(folder, `${name}-${look}.png`), fullPage: true })
    const wide = await page.evaluate<number>(pixelsTooWide)
    if (wide > 0) found.push(`${name} ${look}: ${wide} px too wide`)
    for (const problem of await violationsOf(page)) found.push(`${name} ${look}: ${problem}`)
  }
  return found
}

const pixelsTooWide = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'

interface AxeResult {
  readonly violations: readonly {
    readonly id: string
    readonly impact: string | null
    readonly nodes: readonly { readonly html: string }[]
  }[]
}

async function violationsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate<AxeResult>('axe.run()')
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
}
