import { expect, it } from 'vitest'
import { createRunLinks } from './run-link.js'

it("the links lead to one voucher's runs and to one run in their namespace, and are null without a Web UI", () => {
  const links = createRunLinks('http://127.0.0.1:8233/', 'sale')
  const runs = new URL(links.runs(7) ?? '')
  expect(runs.pathname).toBe('/namespaces/sale/workflows')
  expect(runs.searchParams.get('query')).toBe('WorkflowId STARTS_WITH "purchase-7-"')
  expect(links.run('refund-R/1')).toBe('http://127.0.0.1:8233/namespaces/sale/workflows/refund-R%2F1')
  const none = createRunLinks(undefined, 'sale')
  expect([none.runs(7), none.run('a')]).toEqual([null, null])
})
