import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'

const directory = mkdtempSync(join(tmpdir(), 'seckill lock-'))
afterAll(() => rmSync(directory, { recursive: true, force: true }))

const rival = fileURLToPath(new URL('programs/lock-rival.mjs', import.meta.url))
const module = new URL('../dist/state/launch-lock.js', import.meta.url).href

async function run(rounds: number, end: 'last' | 'dies'): Promise<number | NodeJS.Signals | null> {
  const args = [rival, module, join(directory, 'lock'), join(directory, 'witness'), String(rounds), end]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
  return code ?? signal
}

it('a lock is held by one process at a time, and a holder that is killed holds no longer', async () => {
  const ends = await Promise.all([run(12, 'last'), run(8, 'dies'), run(12, 'last'), run(5, 'dies')])
  expect(ends).toEqual([0, 'SIGKILL', 0, 'SIGKILL'])
  expect(readFileSync(join(directory, 'witness.rounds'), 'utf8')).toHaveLength(37)
})
