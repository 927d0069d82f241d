import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromColumns, toColumns } from './columns.js'

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

  it('decode to the same rows after JSON, for any rows', () => {
    const row = fc.oneof(
      fc.dictionary(
        fc.string().filter((name) => name !== '__proto__'),
        fc.jsonValue(),
      ),
      fc.jsonValue(),
    )
    const uniform = fc.array(fc.record({ id: fc.string(), n: fc.integer(), note: fc.jsonValue() }))
    fc.assert(
      fc.property(fc.oneof(fc.array(row), uniform), (rows) => {
        const plain = JSON.parse(JSON.stringify(rows)) as unknown[]
        const sent = JSON.parse(JSON.stringify(toColumns(plain))) as ReturnType<typeof toColumns>
        expect(fromColumns(sent)).toEqual(plain)
      }),
    )
  })
})
