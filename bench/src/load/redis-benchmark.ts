import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import { gateKeys } from 'seckill-store/gate'
import { type GeneratorRun, runGenerator } from './run-generator.js'

export interface RedisBenchmark {
  readonly redisUrl: string
  readonly voucherId: number
  readonly requests: number
  readonly connections: number
  /** Calls that a connection sends before it waits for their answers. */
  readonly pipeline: number
  readonly signal: AbortSignal
}

const admitScript = fileURLToPath(new URL('./lua/admit.lua', import.meta.resolve('seckill-store/gate')))

/** The widest range of the generator, which writes twelve digits: few users come twice. */
const randomRange = 2_147_483_647
/** The prefix that makes twelve digits as long as a reservation's tail. */
const tailPrefix = 'aaaaaaaaaaaaaa'

/** Sends the gate's admit script with random users by redis-benchmark; answers requests a second. */
export async function runRedisBenchmark(run: RedisBenchmark): Promise<GeneratorRun & { readonly rate: number }> {
  const { hostname, port, password } = new URL(run.redisUrl)
  const sha = await loadScript(run.redisUrl)
  const { campaign, holds, admissions, buyers } = gateKeys(run.voucherId)
  const generated = await runGenerator(
    'redis-benchmark',
    [
      ...(password === '' ? [] : ['-a', password]),
      ...[
        '-h',
        hostname,
        '-p',
        port,
        '-c',
        String(run.connections),
        '-P',
        String(run.pipeline),
        '-n',
        String(run.requests),
      ],
      ...['-r', String(randomRange), '--csv', 'evalsha', sha, '4', campaign, holds, admissions, buyers],
      ...[`${tailPrefix}__rand_int__`, '__rand_int__', '1', ''],
    ],
    { signal: run.signal },
  )
  return { ...generated, rate: rateIn(generated.output) }
}

async function loadScript(url: string): Promise<string> {
  const redis = new Redis(url)
  try {
    return String(await redis.script('LOAD', readFileSync(admitScript, 'utf8')))
  } finally {
    redis.disconnect()
  }
}

/** The second column of the last line. */
function rateIn(csv: string): number {
  const line = csv.trim().split('\n').at(-1) ?? ''
  const rate = Number(line.split('","').at(1)?.replaceAll('"', ''))
  if (!Number.isFinite(rate)) throw new Error(`The output of redis-benchmark has no rate: ${csv}`)
  return rate
}
