import escapeHtml from 'escape-html'
import type { OpenApiDocument } from '../openapi/document.js'
import { inlineHtml, page } from './page.js'
import { type Schema, schemaHtml } from './schema-html.js'

interface Parameter {
  readonly in: string
  readonly name: string
  readonly required?: boolean
  readonly schema: Schema
}

type Content = Readonly<Record<string, { readonly schema: Schema }>>

interface Response {
  readonly $ref?: string
  readonly description: string
  readonly content?: Content
}

/** An operation of the documents of this API. */
interface DescribedOperation {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly summary: string
  readonly security: readonly object[]
  readonly parameters: readonly Parameter[]
  readonly requestBody?: { readonly required: boolean; readonly content: Content }
  readonly responses: Readonly<Record<string, Response>>
}

/** An OpenAPI document as a page: every operation by tag, then the named schemas. */
export function apiPage(document: OpenApiDocument): string {
  const { info, tags = [], components } = document
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, DescribedOperation>).map(([method, described]) => ({
      tags: described.tags,
      html: operationHtml(document, `${method.toUpperCase()} ${path}`, described),
    })),
  )
  const sections = tags.map(({ name }) => {
    const ofTag = operations.filter((operation) => operation.tags.includes(name))
    return `<h2 id="${escapeHtml(name)}">${escapeHtml(name)}</h2>\n${ofTag.map(({ html }) => html).join('\n')}`
  })
  const links = tags.map(({ name }) => `<li><a href="#${escapeHtml(name)}">${escapeHtml(name)}</a></li>`)
  const schemas = Object.entries((components?.schemas ?? {}) as Record<string, Schema>).map(
    ([name, schema]) =>
      `<h3 id="${escapeHtml(name)}">${escapeHtml(name)}</h3>\n${described(schema)}<pre>${schemaHtml(schema)}</pre>`,
  )
  return page(
    'en',
    info.title,
    `<h1>${escapeHtml(info.title)}</h1>
<p>${inlineHtml(info.description ?? '')} <a href="/openapi.json">openapi.json</a> is this page for programs.</p>
<nav><ul>${links.join('')}<li><a href="#schemas">Schemas</a></li><li><a href="/errors">Errors</a></li></ul></nav>
${sections.join('\n')}
<h2 id="schemas">Schemas</h2>
${schemas.join('\n')}`,
  )
}

function operationHtml(document: OpenApiDocument, call: string, operation: DescribedOperation): string {
  const { operationId, summary, security, parameters, requestBody, responses } = operation
  const [method = '', path = ''] = call.split(' ')
  const rows = Object.entries(responses).map(([status, response]) => responseHtml(status, resolved(document, response)))
  return `<details id="${escapeHtml(operationId)}">
<summary><code class="method">${method}</code> <code>${escapeHtml(path)}</code><br>${escapeHtml(summary)}</summary>
<p class="quiet">${security.length === 0 ? 'No token is needed.' : 'Needs a bearer token, or a session.'} Operation id: <code>${escapeHtml(operationId)}</code></p>
${parameters.length === 0 ? '' : `<h3>Parameters</h3>\n<table><tbody>${parameters.map(parameterHtml).join('')}</tbody></table>`}
${requestBody === undefined ? '' : `<h3>Body${requestBody.required ? '' : ', optional'}</h3>\n${contentHtml(requestBody.content)}`}
<h3>Answers</h3>
<table><tbody>${rows.join('\n')}</tbody></table>
</details>`
}

function parameterHtml({ in: place, name, required, schema }: Parameter): string {
  const notes = [place, required ? 'required' : 'optional', schema.description, schema.pattern].filter(Boolean)
  return `<tr><td><code>${escapeHtml(name)}</code></td><td><code>${schemaHtml(schema)}</code></td><td>${escapeHtml(notes.join('; '))}</td></tr>`
}

/** An error has its schema by name, beside its page. */
function responseHtml(status: string, { description, content = {} }: Response): string {
  const isError = 'application/problem+json' in content
  const body = isError ? '' : contentHtml(content)
  return `<tr><td>${status}</td><td>${isError ? errorsHtml(description) : inlineHtml(description)}${body}</td></tr>`
}

function errorsHtml(description: string): string {
  return inlineHtml(description).replace(/<code>([A-Z_]+)<\/code>/g, '<a href="/errors/$1"><code>$1</code></a>')
}

function contentHtml(content: Content): string {
  return Object.entries(content)
    .map(([type, { schema }]) => `<p class="quiet">${escapeHtml(type)}</p>\n<pre>${schemaHtml(schema)}</pre>`)
    .join('\n')
}

function resolved({ components }: OpenApiDocument, response: Response): Response {
  const id = response.$ref?.slice('#/components/responses/'.length)
  const named = (components?.responses ?? {}) as Readonly<Record<string, Response>>
  return (id === undefined ? undefined : named[id]) ?? response
}

function described({ description }: Schema): string {
  return description === undefined ? '' : `<p>${inlineHtml(description)}</p>\n`
}
