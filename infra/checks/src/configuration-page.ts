import { isAbsolute, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { environmentOf, type ProcessName, processNames } from './processes.js'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** A variable of a process, as its schema says. */
interface Variable {
  readonly name: string
  readonly standard: string
  readonly form: string
  readonly meaning: string
}

/** The parts of a JSON schema that say something of a variable. */
interface VariableSchema {
  readonly type?: string
  readonly format?: string
  readonly enum?: readonly string[]
  readonly const?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly default?: unknown
  readonly description?: string
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, VariableSchema>>
  readonly required?: readonly string[]
}

/** Every variable of every process in Markdown, from the schemas that the processes read their environment with. */
export function configurationPage(): string {
  return [
    '# Configuration',
    '',
    'A process reads its environment once, at its start. It refuses to start with a sentence for each variable that is missing or wrong; an empty',
    'variable counts as not set. TLS and credentials of Temporal come from [Temporal’s own variables](https://docs.temporal.io/develop/environment-configuration).',
    '',
    'This page is made from the schemas in `apps/*/src/**/config.ts`: `npm run infra:write`.',
    ...processNames.flatMap(sectionOf),
    '',
  ].join('\n')
}

function sectionOf(name: ProcessName): readonly string[] {
  const rows = variablesOf(name).map(({ name: variable, standard, form, meaning }) => [
    `\`${variable}\``,
    standard,
    form,
    meaning,
  ])
  const heads = ['variable', 'default', 'value', 'meaning']
  return ['', `## ${name}`, '', row(heads), row(heads.map(() => '---')), ...rows.map(row)]
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

/** The schema of a variable in one mode of its process. */
interface Place {
  readonly mode: string | undefined
  readonly found: VariableSchema
  readonly isRequired: boolean
}

/** @throws Error naming the first variable without a meaning */
function variablesOf(name: ProcessName): readonly Variable[] {
  const schema = z.toJSONSchema(environmentOf(name), { io: 'input', unrepresentable: 'any' }) as ObjectSchema & {
    readonly oneOf?: readonly ObjectSchema[]
  }
  const modes = schema.oneOf ?? [schema]
  const names = [...new Set(modes.flatMap(({ properties = {} }) => Object.keys(properties)))]
  return names.map((variable) => {
    const places = modes.flatMap((mode) => placeOf(mode, variable))
    const meaning = places[0]?.found.description
    if (meaning === undefined) throw new Error(`${variable} of ${name} has no description in its schema.`)
    const schemas = places.map(({ found }) => found)
    return { name: variable, standard: standardOf(places, modes.length), form: formOf(variable, schemas), meaning }
  })
}

/** A variable without a description is one that the mode refuses. */
function placeOf({ properties = {}, required = [] }: ObjectSchema, variable: string): readonly Place[] {
  const found = properties[variable]
  if (found?.description === undefined) return []
  // A process without a mode takes one; a service is always named.
  const isRequired = required.includes(variable) && variable !== 'SECKILL_MODE'
  return [{ mode: modeOf(properties), found, isRequired }]
}

/** The values of the variable by which a schema is one of several. */
function modeOf({ SECKILL_MODE, SERVICE }: NonNullable<ObjectSchema['properties']>): string | undefined {
  return SECKILL_MODE?.const ?? SERVICE?.const ?? SERVICE?.enum?.join(', ')
}

function standardOf(places: readonly Place[], modes: number): string {
  const standards = Map.groupBy(places, standardIn)
  if (places.length === modes && standards.size === 1) return [...standards.keys()].join('')
  return [...standards].map(([standard, of]) => `${standard} (${of.map(({ mode }) => mode).join(', ')})`).join(', ')
}

function standardIn({ found, isRequired }: Place): string {
  if (found.default === undefined) return isRequired ? 'required' : 'none'
  return `\`${textOf(found.default)}\``
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(',')
  if (typeof value === 'object') return JSON.stringify(value)
  return typeof value === 'string' && isAbsolute(value) ? relative(root, value) : String(value)
}

const units: readonly (readonly [ending: string, unit: string])[] = [
  ['_MS', 'milliseconds'],
  ['_DAYS', 'days'],
]

function formOf(name: string, schemas: readonly VariableSchema[]): string {
  const words = schemas.flatMap((schema) => schema.enum ?? schema.const ?? [])
  if (words.length > 0) return [...new Set(words)].map((word) => `\`${word}\``).join(', ')
  const { type, format, minimum, maximum } = schemas[0] ?? {}
  if (type !== 'integer') return format === 'uri' ? 'URL' : 'text'
  const unit = units.find(([ending]) => name.endsWith(ending))?.[1]
  const range = `${minimum} to ${maximum}`
  return unit === undefined ? range : `${range} ${unit}`
}
