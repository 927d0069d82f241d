import type { z } from 'zod'
import { fileText, firstDifference } from '../format/canonical.js'
import { type Finding, finding, findingOf } from './finding.js'

/** A file as far as it could be read. */
export type Reading<T> =
  | { readonly status: 'read'; readonly file: T; readonly findings: readonly Finding[] }
  | { readonly status: 'unreadable'; readonly findings: readonly Finding[] }

const form = 'The file has its form'
const canonical = 'The file is canonical JSON, byte for byte'

/** Reads a file of one format: UTF-8, JSON, the fields of the format and no others, each value in its one canonical form. */
export function readFile<S extends z.ZodType>(bytes: Uint8Array, schema: S): Reading<z.output<S>> {
  const value = jsonOf(bytes)
  if ('problem' in value) return unreadable([value.problem])
  const parsed = schema.safeParse(value.json)
  if (!parsed.success) {
    return unreadable(parsed.error.issues.map(({ path, message }) => `${placeOf(path)}: ${message}`))
  }
  return {
    status: 'read',
    file: parsed.data,
    findings: [finding(form, true, 'every field is there'), written(bytes, value.json)],
  }
}

function jsonOf(bytes: Uint8Array): { readonly json: unknown } | { readonly problem: string } {
  try {
    // Without ignoreBOM a byte order mark would vanish unseen.
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return { json: JSON.parse(text) }
  } catch (error) {
    return { problem: `the file: ${error instanceof Error ? error.message : String(error)}` }
  }
}

function unreadable(problems: readonly string[]): Reading<never> {
  return { status: 'unreadable', findings: [findingOf(form, problems, 'fields of the format')] }
}

/** Another spelling of the same values, such as a blank or a second key of one name, is a changed file. */
function written(bytes: Uint8Array, value: unknown): Finding {
  const at = firstDifference(bytes, new TextEncoder().encode(textOf(value)))
  return finding(canonical, at === null, `${bytes.length} bytes`, at === null ? [] : [`byte ${at}`])
}

/** JSON may hold half a surrogate pair, which canonical JSON may not. */
function textOf(value: unknown): string {
  try {
    return fileText(value)
  } catch {
    return ''
  }
}

/** A path as people write it: `reservations[12].units`. */
function placeOf(path: readonly PropertyKey[]): string {
  const place = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('')
  return place.replace(/^\./, '') || 'the file'
}
