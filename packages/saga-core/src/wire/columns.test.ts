import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromColumns, toColumns } from './columns.js'

/** Names that every object has without a field of that name. */
const inherited = ['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty']

describe('columns', () => {
  it('send a field that is equal in every row once', () => {
    expect(
      toColumns([
        { id: 'a', voucher: 7 },
        { id: 'b', voucher: 7 },
      ]),
    ).toEqual({
      count: 2,
      fields: { id: { each: ['a', 'b'] }, voucher: { same: 7 } },
    })
  })

  it.each(inherited)('keep the field %j of some rows apart from what all objects inherit', (name) => {
    const rows = JSON.parse(`[{"${name}":1},{"other":2},{"${name}":"a"}]`) as unknown[]
    for (const some of [rows, rows.slice(0, 1), rows.slice(0, 2), [rows[0], rows[2]]]) {
      const sent = JSON.parse(JSON.stringify(toColumns(some))) as ReturnType<typeof toColumns>
      expect(JSON.stringify(fromColumns(sent))).toBe(JSON.stringify(some))
    }
  })

  it('decode to the same rows after JSON, for any rows', () => {
    const row = fc.oneof(
      fc.dictionary(fc.oneof(fc.string(), fc.constantFrom(...inherited)), fc.jsonValue()),
      fc.jsonValue(),
    )
    const uniform = fc.array(fc.record({ id: fc.string(), n: fc.integer(), note: fc.jsonValue() }))
    fc.assert(
      fc.property(fc.oneof(fc.array(row), uniform), (rows) => {
        const plain = JSON.parse(JSON.stringify(rows)) as unknown[]
        const sent = JSON.parse(JSON.stringify(toColumns(plain))) as ReturnType<typeof toColumns>
        expect(fromColumns(sent)).toEqual(plain)
        expect(JSON.stringify(fromColumns(sent))).toBe(JSON.stringify(plain))
      }),
    )
  })
})
