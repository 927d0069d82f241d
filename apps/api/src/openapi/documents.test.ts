import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { data } from '../http/operation.js'
import { publicApi } from './apis.js'
import { describeApi } from './document.js'
import { documents, staleDocuments, writeDocuments } from './documents.js'

let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'documents-'))
})
afterEach(() => rmSync(root, { recursive: true }))

const path = 'docs/openapi/public.json'

describe('the check of the committed documents', () => {
  it('finds all of them where there are none, and nothing once they are written', () => {
    expect(staleDocuments(root, documents())).toEqual([...documents().keys()])
    writeDocuments(root, documents())
    expect(staleDocuments(root, documents())).toEqual([])
  })

  it('finds a document that was made before the code changed', () => {
    writeDocuments(root, documents())
    const { showOrder } = publicApi.groups.Orders ?? {}
    if (showOrder === undefined) throw new Error('the API has orders')
    const answers = { 200: data(z.strictObject({ orderId: z.string() })) }
    const changed = describeApi({
      ...publicApi,
      groups: { ...publicApi.groups, Orders: { showOrder: { ...showOrder, answers } } },
    })
    expect(staleDocuments(root, new Map([...documents(), [path, JSON.stringify(changed)]]))).toEqual([path])
  })
})

describe('a description of an API', () => {
  const operation = {
    method: 'get',
    path: '/a/:id',
    summary: 'A',
    access: 'anyone',
    answers: { 200: data(z.null()) },
  } as const

  it('refuses two operations with one id, and two with one method and path', () => {
    const api = { title: 'A', description: '', cookie: 'seckill_shop' } as const
    expect(() => describeApi({ ...api, groups: { One: { a: operation }, Two: { a: operation } } })).toThrow('called a')
    expect(() => describeApi({ ...api, groups: { One: { a: operation, b: operation } } })).toThrow(
      'get /a/{id} is described twice',
    )
  })

  it('has the errors of a token, of a body and of a fault without naming them', () => {
    const change = { ...operation, method: 'post', access: 'admin', body: z.strictObject({}) } as const
    const { paths } = describeApi({ title: 'A', description: '', cookie: 'seckill_shop', groups: { One: { change } } })
    expect(Object.keys(paths?.['/a/{id}']?.post?.responses ?? {})).toEqual([
      '200',
      '400',
      '401',
      '403',
      '408',
      '413',
      '415',
      '417',
      '431',
      '500',
      '503',
    ])
  })
})
