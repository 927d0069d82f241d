import { execa } from 'execa'
import { aptInstall, aptPrefix } from '../discovery/apt.js'
import { findServer, isExecutable } from '../discovery/executable.js'
import type { Environment } from '../stack.js'
import { StackError } from '../stack-error.js'

const programs = ['chromium', 'chromium-browser', 'google-chrome']

/** The browser that `CHROMIUM` names, or else the one on this machine. @throws StackError for a name that cannot be run */
export function findBrowser(env: Environment): string | undefined {
  const { CHROMIUM: given } = env
  if (given === undefined || given === '') return findServer(programs, env)
  if (isExecutable(given)) return given
  throw new StackError(
    'START_FAILED',
    `CHROMIUM is ${given}, which cannot be run.`,
    'Set it to a Chromium, or unset it.',
  )
}

/**
 * The browser of this machine. Debian's Chromium, and a font for Chinese, are installed where they are missing and apt may be used without
 * a prompt. Undefined where there is no browser.
 *
 * @throws StackError when apt could not install them
 */
export async function obtainBrowser(env: Environment, report: (line: string) => void): Promise<string | undefined> {
  const here = findBrowser(env)
  const missing = [
    ...(here === undefined ? ['chromium'] : []),
    ...((await hasChineseFont(env)) ? [] : ['fonts-noto-cjk']),
  ]
  const prefix = missing.length === 0 ? undefined : await aptPrefix(env)
  if (prefix === undefined) return here
  for (const name of missing) {
    report(`no ${name} here: installing it with apt-get`)
    await aptInstall(prefix, { names: [name] })
  }
  return findBrowser(env)
}

async function hasChineseFont(env: Environment): Promise<boolean> {
  const list = findServer(['fc-list'], env)
  if (list === undefined) return false
  const { stdout } = await execa(list, [':lang=zh', 'family'], { stdin: 'ignore', timeout: 20_000 })
  return stdout.trim() !== ''
}
