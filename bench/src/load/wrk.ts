import { fileURLToPath } from 'node:url'
import { httpConnections } from '../equal-terms.js'
import { type GeneratorRun, runGenerator } from './run-generator.js'

/** Purchases to send: which tokens, to where. */
interface PurchaseLoad {
  readonly tokensFile: string
  /** The first line of the file to use, from 1, and how many. */
  readonly first: number
  readonly count: number
  readonly path: string
  readonly body: string
}

export interface WrkOptions {
  readonly origin: string
  /** Whole seconds. */
  readonly seconds: number
  readonly signal: AbortSignal
  /** GETs of `/` when left out. */
  readonly purchases?: PurchaseLoad
}

/** The counts of wrk. */
export interface WrkRun extends GeneratorRun {
  readonly requests: number
  readonly seconds: number
  /** Answered with a status of 400 or above. */
  readonly refused: number
  /** Without an answer. */
  readonly broken: number
}

function script(name: string): string {
  return fileURLToPath(new URL(`../../src/load/${name}.lua`, import.meta.url))
}

/** Sends requests as fast as they are answered, on keep-alive connections, from one thread. */
export async function runWrk({ origin, seconds, signal, purchases }: WrkOptions): Promise<WrkRun> {
  const args = ['-t', '1', '-c', String(httpConnections), '-d', `${seconds}s`]
  const env =
    purchases === undefined
      ? {}
      : {
          BENCH_TOKENS: purchases.tokensFile,
          BENCH_FIRST: String(purchases.first),
          BENCH_COUNT: String(purchases.count),
          BENCH_PATH: purchases.path,
          BENCH_BODY: purchases.body,
        }
  const file = script(purchases === undefined ? 'get' : 'purchase')
  const generated = await runGenerator('wrk', [...args, '-s', file, origin], { env, signal })
  const line = generated.output.trim().split('\n').at(-1) ?? ''
  const { requests, micros, refused, broken } = JSON.parse(line) as Readonly<Record<string, number>>
  if (requests === undefined || micros === undefined || refused === undefined || broken === undefined) {
    throw new Error(`The output of wrk has no figures: ${generated.output}`)
  }
  return { ...generated, requests, seconds: micros / 1_000_000, refused, broken }
}
