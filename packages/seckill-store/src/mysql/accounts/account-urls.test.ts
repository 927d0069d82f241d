import { expect, it } from 'vitest'
import { accountNames } from './account-rights.js'
import { accountVariable, newAccountUrls, readAccountUrls } from './account-urls.js'
import { accountStatements } from './make-accounts.js'

const urls = newAccountUrls('mysql://app:secret@mysql:3306/sale?tls=true')
const variables = Object.fromEntries(accountNames.map((name) => [accountVariable(name), urls[name]]))

it('new URLs name an account of its own each, with a new password, on the server and database of the sale', () => {
  const read = accountNames.map((name) => new URL(urls[name]))
  expect(read.map(({ username }) => username)).toEqual(accountNames.map((name) => `sale_${name}`))
  expect(new Set(read.map(({ password }) => password)).size).toBe(accountNames.length)
  for (const url of read) expect(`${url.host}${url.pathname}${url.search}`).toBe('mysql:3306/sale?tls=true')
})

it('all URLs are read, or none', () => {
  expect(readAccountUrls(variables)).toEqual(urls)
  expect(readAccountUrls({ DATABASE_URL: 'mysql://app@mysql/sale' })).toBeUndefined()
})

it.each([
  [{ STOCK_DATABASE_URL: '' }, 'STOCK_DATABASE_URL is missing'],
  [{ STOCK_DATABASE_URL: urls.order }, 'ORDER_DATABASE_URL has the user of STOCK_DATABASE_URL'],
  [{ STOCK_DATABASE_URL: 'mysql://hush@mysql/sale' }, 'STOCK_DATABASE_URL has no password'],
  [{ STOCK_DATABASE_URL: 'mysql://stock:hush@mysql/other' }, 'STOCK_DATABASE_URL has another database'],
  [{ STOCK_DATABASE_URL: 'redis://stock:hush@mysql/sale' }, 'STOCK_DATABASE_URL: The database URL begins with redis:'],
])('%o is refused without a word of a URL: %s', (wrong, message) => {
  expect(() => readAccountUrls({ ...variables, ...wrong })).toThrow(message)
  expect(() => readAccountUrls({ ...variables, ...wrong })).not.toThrow(/hush|sale_/)
})

it('a name with a quote stays a name, and no statement has a password in its text', () => {
  const user = 'mysql://it%27s:word@mysql/sale'
  const statements = accountStatements({ ...urls, user }, '%')
  expect(statements[0]).toEqual({
    text: String.raw`CREATE USER IF NOT EXISTS 'it\'s'@'%' IDENTIFIED BY `,
    password: 'word',
  })
  for (const { text } of statements)
    for (const name of accountNames) expect(text).not.toContain(new URL(urls[name]).password)
})
