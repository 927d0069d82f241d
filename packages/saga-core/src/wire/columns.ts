/** A value that JSON carries without loss. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [field: string]: Json | undefined }

/**
 * Rows as columns, the payload in which lanes travel: each field name is sent once, and a field equal in every row as one value. Rows
 * with different fields, or that are not plain objects, or have a field `__proto__`, are sent as rows.
 */
export type Columns<TRow> =
  | { readonly count: number; readonly fields: { readonly [field: string]: Column } }
  | { readonly count: number; readonly rows: readonly TRow[] }

/** One field of all rows. */
export type Column = { readonly same: unknown } | { readonly each: readonly unknown[] }

/**
 * Encodes rows as columns.
 *
 * @example
 * toColumns([{ id: 'a', voucher: 7 }, { id: 'b', voucher: 7 }])
 * // { count: 2, fields: { id: { each: ['a', 'b'] }, voucher: { same: 7 } } }
 */
export function toColumns<TRow>(rows: readonly TRow[]): Columns<TRow> {
  const names = fieldsOf(rows[0])
  if (names === undefined || !rows.every((row) => sameFields(row, names))) return { count: rows.length, rows }
  const fields: Record<string, Column> = {}
  for (const name of names) fields[name] = toColumn(rows, name)
  return { count: rows.length, fields }
}

/**
 * Decodes columns into rows.
 *
 * @example
 * fromColumns({ count: 2, fields: { id: { each: ['a', 'b'] }, voucher: { same: 7 } } })
 * // [{ id: 'a', voucher: 7 }, { id: 'b', voucher: 7 }]
 */
export function fromColumns<TRow>(columns: Columns<TRow>): readonly TRow[] {
  if ('rows' in columns) return columns.rows
  const fields = Object.entries(columns.fields)
  return Array.from({ length: columns.count }, (_, index) => {
    const row: Record<string, unknown> = {}
    for (const [name, column] of fields) row[name] = 'same' in column ? column.same : column.each[index]
    return row as TRow
  })
}

/** Read once: in a workflow's sandbox each read of a global is slow, and these are called for each row. */
const { getPrototypeOf, hasOwn, keys: namesOf, prototype: plain } = Object
/** Setting a field of this name would set the prototype of the record of fields, and of a decoded row. */
const prototypeName = '__proto__'

function fieldsOf(row: unknown): readonly string[] | undefined {
  if (row === null || typeof row !== 'object' || getPrototypeOf(row) !== plain) return undefined
  return hasOwn(row, prototypeName) ? undefined : namesOf(row)
}

function sameFields(row: unknown, names: readonly string[]): boolean {
  const own = fieldsOf(row)
  if (own?.length !== names.length) return false
  const record = row as Record<string, unknown>
  return names.every((name) => hasOwn(record, name) && record[name] !== undefined)
}

function toColumn<TRow>(rows: readonly TRow[], name: string): Column {
  const values = rows.map((row) => (row as Record<string, unknown>)[name])
  const first = values[0]
  const scalar = first === null || typeof first !== 'object'
  return scalar && values.every((value) => value === first) ? { same: first } : { each: values }
}
