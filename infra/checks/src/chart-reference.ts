import { z } from 'zod'

const node = z.looseObject({
  description: z.string().optional(),
  type: z.string().optional(),
  enum: z.array(z.string()).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  $ref: z.string().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
})
const schema = node.extend({ $defs: z.record(z.string(), node) })

type Schema = z.infer<typeof schema>

/** The reference of a chart's values as Markdown: the fields of its schema, with the defaults of its values. */
export function chartReference(schemaText: string, defaults: unknown): string {
  const root = schema.parse(JSON.parse(schemaText))
  const rows = rowsOf(root, root, [], defaults)
  return [
    '# Values',
    '',
    'Made from `values.schema.json` and `values.yaml`: `npm run infra:write`.',
    '',
    '| value | default | |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

function rowsOf(root: Schema, given: unknown, path: readonly string[], value: unknown): readonly string[] {
  const one = node.parse(given)
  const referred = one.$ref === undefined ? undefined : root.$defs[one.$ref.replace('#/$defs/', '')]
  const { properties, ...rest } = { ...referred, ...one }
  const leaf = properties === undefined || path.at(-1) === 'resources'
  const described = [rest.description, rangeOf(rest)].filter((text) => text !== undefined && text !== '').join('; ')
  const row = `| ${leaf ? `\`${path.join('.')}\`` : `**${path.join('.')}**`} | ${leaf ? shown(value) : ''} | ${described} |`
  if (leaf) return path.join('.') === 'global' ? [] : [row]
  const below = Object.entries(properties).flatMap(([name, child]) =>
    rowsOf(root, child, [...path, name], (value as Readonly<Record<string, unknown>> | undefined)?.[name]),
  )
  return path.length === 0 ? below : [row, ...below]
}

function shown(value: unknown): string {
  if (value === '' || value === undefined) return '–'
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``
}

function rangeOf({ enum: one, minimum, maximum }: Partial<z.infer<typeof node>>): string {
  if (one !== undefined) return one.map((name) => `\`${name}\``).join(', ')
  if (minimum === undefined) return ''
  return maximum === undefined ? `at least ${minimum}` : `${minimum} to ${maximum}`
}
