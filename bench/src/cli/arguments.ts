import { parseArgs } from 'node:util'
import type { Goal } from '../capacity/plan.js'
import type { BenchSize } from '../result.js'
import { type BenchId, benchIds } from '../targets.js'

/** The arguments of the benchmark. */
export type Command =
  | {
      readonly kind: 'run'
      readonly only: readonly BenchId[]
      readonly size: BenchSize
      readonly json: boolean
      readonly out: string | undefined
      readonly name: string
    }
  | { readonly kind: 'compare'; readonly before: string; readonly after: string; readonly json: boolean }
  | {
      readonly kind: 'table'
      readonly file: string
      readonly only: readonly BenchId[]
      readonly write: string | undefined
    }
  | { readonly kind: 'plots'; readonly file: string; readonly dir: string }
  | { readonly kind: 'profile'; readonly dir: string }
  | { readonly kind: 'capacity'; readonly file: string; readonly goal: Goal; readonly write: string | undefined }

const knownOptions = {
  only: { type: 'string' },
  quick: { type: 'boolean', default: false },
  smoke: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  out: { type: 'string' },
  name: { type: 'string', default: 'bench' },
  write: { type: 'string' },
  shoppers: { type: 'string', default: '1000000' },
  stock: { type: 'string', default: '100000' },
  seconds: { type: 'string', default: '10' },
} as const

/** @throws Error saying what to type */
export function readArguments(args: readonly string[]): Command {
  const { values, positionals } = parseArgs({ args: [...args], options: knownOptions, allowPositionals: true })
  const [verb, first, second] = positionals
  const { json, out, name } = values
  switch (verb) {
    case undefined:
      return { kind: 'run', only: idsOf(values.only), size: sizeOf(values), json, out, name }
    case 'compare':
      if (first === undefined || second === undefined)
        throw new Error('Two result files are needed. Type: bench compare <before.json> <after.json>')
      return { kind: 'compare', before: first, after: second, json }
    case 'table':
      if (first === undefined)
        throw new Error('A result file is needed. Type: bench table <result.json> [--only <ids>] [--write <file.md>]')
      return { kind: 'table', file: first, only: idsOf(values.only), write: values.write }
    case 'plots':
      if (first === undefined || second === undefined)
        throw new Error('A result file and a folder are needed. Type: bench plots <result.json> <folder>')
      return { kind: 'plots', file: first, dir: second }
    case 'profile':
      if (first === undefined) throw new Error('A folder of CPU profiles is needed. Type: bench profile <folder>')
      return { kind: 'profile', dir: first }
    case 'capacity':
      if (first === undefined)
        throw new Error(
          'A result file is needed. Type: bench capacity <result.json> [--shoppers <n>] [--write <file.md>]',
        )
      return { kind: 'capacity', file: first, goal: goalOf(values), write: values.write }
    default:
      throw new Error(
        `The benchmark has no command ${verb}. It has: bench, bench compare, bench table, bench plots, bench profile, bench capacity.`,
      )
  }
}

function goalOf({ shoppers, stock, seconds }: Readonly<Record<keyof Goal, string>>): Goal {
  const positive = (name: string, text: string): number => {
    const value = Number(text)
    if (Number.isInteger(value) && value > 0) return value
    throw new Error(`--${name} is a whole number above 0, not ${text}.`)
  }
  return {
    shoppers: positive('shoppers', shoppers),
    stock: positive('stock', stock),
    seconds: positive('seconds', seconds),
  }
}

function sizeOf({ quick, smoke }: { readonly quick: boolean; readonly smoke: boolean }): BenchSize {
  if (smoke) return 'smoke'
  return quick ? 'quick' : 'full'
}

function idsOf(only: string | undefined): readonly BenchId[] {
  if (only === undefined) return benchIds
  const asked = only.split(',').map((id) => id.trim().toUpperCase())
  const unknown = asked.filter((id) => !(benchIds as readonly string[]).includes(id))
  if (unknown.length > 0)
    throw new Error(`The benchmark has no id ${unknown.join(', ')}. It has: ${benchIds.join(', ')}.`)
  return benchIds.filter((id) => asked.includes(id))
}
