import { readFileSync } from 'node:fs'
import type { BenchResult } from '../result.js'

/** Reads a result file. @throws Error when it is none */
export function readResult(file: string): BenchResult {
  const result = JSON.parse(readFileSync(file, 'utf8')) as BenchResult
  if (result.format === 1) return result
  throw new Error(`${file} is no result of this benchmark. Write one: ./seckill bench --out ${file}`)
}
