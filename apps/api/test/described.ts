import { Ajv2020 } from 'ajv/dist/2020.js'
import { adminApi, publicApi } from '../src/openapi/apis.js'
import { describeApi } from '../src/openapi/document.js'
import type { Page } from '../src/pages/read-pages.js'

/** An answer of the API; `type` is its Content-Type. */
export interface ReceivedAnswer {
  readonly method: string
  readonly url: string
  readonly status: number
  readonly type: string | null
  readonly body: unknown
}

// Formats are annotations, as OpenAPI has them.
const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true })
const documents = { public: describeApi(publicApi), admin: describeApi(adminApi) }
for (const [name, document] of Object.entries(documents)) ajv.addSchema(document, name)

/** The operations of each document by a pattern of their paths; paths without parameters come first. */
const paths = Object.entries(documents).flatMap(([name, document]) =>
  Object.keys(document.paths ?? {})
    .sort((one, other) => one.split('{').length - other.split('{').length)
    .map((path) => ({ name, path, pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}/?$`, 'i') })),
)

/** Answers on paths and methods that an API does not have; the admin port asks for a token before it looks. */
const undescribed: ReadonlySet<number> = new Set([401, 404, 405])

interface Place {
  readonly name: keyof typeof documents
  readonly page: Page
}

const places = new Map<string, Place>()

/** Says which API is at an origin, and which page beside it; the answers of other origins are not looked at. */
export function expectApiAt(origin: string, place: Place): void {
  places.set(origin, place)
}

/** @throws Error when the document does not describe the answer to this request */
export function expectDescribed(answer: ReceivedAnswer): void {
  const { method, url, status, type, body } = answer
  const { origin, pathname } = new URL(url)
  const call = `${method} ${pathname} → ${status}`
  const place = places.get(origin)
  if (place === undefined || place.page.has(pathname)) return
  const found = paths.find(
    ({ name, path, pattern }) => place.name === name && pattern.test(pathname) && methodsOf(name, path)[nameOf(method)],
  )
  if (found === undefined) {
    if (undescribed.has(status)) return
    throw new Error(`${call} is in no OpenAPI document.`)
  }
  const pointer = ['paths', found.path, nameOf(method), 'responses', String(status)]
  const response = followed(found.name, pointer)
  if (response === undefined) throw new Error(`${call} (${textOf(body)}) is not among the answers of ${found.path}.`)
  if (method === 'HEAD' || type === null) return
  const mediaType = Object.keys(response.value.content ?? {}).find((media) => type.startsWith(media))
  if (mediaType === undefined) throw new Error(`${call} has the undescribed Content-Type ${type}.`)
  if (!type.includes('json')) return
  const ref = `${found.name}#/${[...response.pointer, 'content', mediaType, 'schema'].map(escaped).join('/')}`
  const validate = ajv.getSchema(ref)
  if (validate === undefined) throw new Error(`${ref} does not exist.`)
  if (!validate(body))
    throw new Error(`${call} is not as described: ${ajv.errorsText(validate.errors)} in ${textOf(body)}`)
}

interface Described {
  readonly $ref?: string
  readonly content?: Readonly<Record<string, unknown>>
}

/** The object at a pointer of a document, behind its `$ref` where it has one. */
function followed(name: string, pointer: readonly string[]) {
  const value = at(name, pointer)
  if (value?.$ref === undefined) return value && { value, pointer }
  const target = value.$ref.slice('#/'.length).split('/')
  const resolved = at(name, target)
  return resolved && { value: resolved, pointer: target }
}

function at(name: string, pointer: readonly string[]): Described | undefined {
  // biome-ignore lint/suspicious/noExplicitAny: a JSON document is walked by names
  return pointer.reduce((node: any, key) => node?.[key], documents[name as keyof typeof documents])
}

function methodsOf(name: string, path: string): Readonly<Record<string, unknown>> {
  return at(name, ['paths', path]) as Readonly<Record<string, unknown>>
}

/** Express serves HEAD by the handler of GET. */
function nameOf(method: string): string {
  return method === 'HEAD' ? 'get' : method.toLowerCase()
}

function escaped(name: string): string {
  return encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'))
}

function textOf(body: unknown): string {
  return JSON.stringify(body)?.slice(0, 300) ?? ''
}
