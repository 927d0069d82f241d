import escapeHtml from 'escape-html'

/** The parts of a JSON schema that the documents of this API have. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly allOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
  readonly required?: readonly string[]
  readonly description?: string
  readonly default?: unknown
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
}

/** A schema as a type, in HTML; a named schema is a link to its place in the page. */
export function schemaHtml(schema: Schema, indent = ''): string {
  const { $ref, anyOf, oneOf, allOf, items, properties } = schema
  if ($ref !== undefined) return linkTo($ref)
  if (schema.const !== undefined) return escapeHtml(JSON.stringify(schema.const))
  if (schema.enum !== undefined) return schema.enum.map((value) => escapeHtml(JSON.stringify(value))).join(' | ')
  const parts = anyOf ?? oneOf
  if (parts !== undefined) return parts.map((part) => schemaHtml(part, indent)).join(' | ')
  if (allOf !== undefined) return allOf.map((part) => schemaHtml(part, indent)).join(' &amp; ')
  if (items !== undefined) return `${schemaHtml(items, indent)}[]`
  if (properties !== undefined) return objectHtml(schema, indent)
  if (typeof schema.additionalProperties === 'object') {
    return `{ [name]: ${schemaHtml(schema.additionalProperties, indent)} }`
  }
  return escapeHtml([schema.type ?? 'any'].flat().join(' | '))
}

function objectHtml({ properties = {}, required = [] }: Schema, indent: string): string {
  const deeper = `${indent}  `
  const lines = Object.entries(properties).map(([name, schema]) => {
    const optional = required.includes(name) ? '' : '?'
    return `${deeper}${escapeHtml(name)}${optional}: ${schemaHtml(schema, deeper)}${noteHtml(schema)}`
  })
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${indent}}`
}

/** The description and the limits of a schema as a comment. */
function noteHtml({ description, minimum, maximum, pattern, default: byDefault }: Schema): string {
  const notes = [
    description,
    pattern,
    limitsOf(minimum, maximum),
    byDefault === undefined ? undefined : `default ${JSON.stringify(byDefault)}`,
  ].filter((note) => note !== undefined)
  return notes.length === 0 ? '' : `<span class="quiet">  // ${escapeHtml(notes.join('; '))}</span>`
}

function limitsOf(minimum: number | undefined, maximum: number | undefined): string | undefined {
  if (minimum === undefined && maximum === undefined) return undefined
  return `${minimum ?? ''} to ${maximum ?? ''}`
}

function linkTo(ref: string): string {
  const name = escapeHtml(ref.slice(ref.lastIndexOf('/') + 1))
  return `<a href="#${name}">${name}</a>`
}
