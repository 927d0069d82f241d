import { expect, it } from 'vitest'
import { createRunLink } from './run-link.js'

it("the link lists one voucher's runs in its namespace, and is null without a Web UI", () => {
  const link = new URL(createRunLink('http://127.0.0.1:8233/', 'sale')(7) ?? '')
  expect(link.pathname).toBe('/namespaces/sale/workflows')
  expect(link.searchParams.get('query')).toBe('WorkflowId STARTS_WITH "purchase-7-"')
  expect(createRunLink(undefined, 'sale')(7)).toBeNull()
})
