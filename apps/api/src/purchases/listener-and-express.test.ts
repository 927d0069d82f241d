import { gzipSync } from 'node:zlib'
import { SignJWT } from 'jose'
import { expect, it } from 'vitest'
import { bothServers } from '../../test/listener-beside-express.js'
import { type Asked, purchasePath, testSecret } from '../../test/listener-under-test.js'

/*
 * Differences between the listener and Express that stay, each with a test in purchase-listener.test.ts:
 * - Sold out is answered before the body is read; Express would answer a faulty body first. A rush would otherwise pay for
 *   bodies whose answer is known.
 * - A purchase takes a slot once its body has arrived, and is answered 429 without one; the other routes have no slots,
 *   since only purchases come in a rush.
 * - A purchase has three security headers, a page helmet's: no browser renders the answer of a purchase.
 */

const both = bothServers()

const body = '{"quantity":2}'

/** The status and error of the listener, 404 where it hands over to the app; and the same of Express. */
async function bothAnswers(asked: Asked) {
  const sent = { ...asked, headers: { ...both().own, ...asked.headers } }
  const [ours, expected] = [await both().listener.ask(sent), await both().behind.ask(sent)]
  const errorIn = (text: string): unknown => (text.startsWith('{') ? JSON.parse(text).error : undefined)
  const handedOver = ours.text === 'the app'
  return {
    ours: handedOver ? [404, 'NOT_FOUND'] : [ours.status, errorIn(ours.text)],
    expected: [expected.status, errorIn(expected.text)],
  }
}

it.each([
  purchasePath,
  `${purchasePath}/`,
  `${purchasePath}//`,
  `/${purchasePath}`,
  `${purchasePath}?quantity=9`,
  `${purchasePath}#x`,
  `${purchasePath}/#x`,
  `${purchasePath};x=1`,
  `${purchasePath}%2F`,
  purchasePath.toUpperCase(),
  purchasePath.replace('7', '%37'),
  purchasePath.replace('7', '7%2f'),
  purchasePath.replace('7', '07'),
  purchasePath.replace('7', '+7'),
  purchasePath.replace('7', '%E0%A4%A'),
  purchasePath.replace('/7/', '//'),
  purchasePath.replace('/7/', '/./7/'),
  purchasePath.replace('/7/', '/x/../7/'),
  purchasePath.replace('/7/', '\\7\\'),
  `http://sale.example${purchasePath}`,
  `HTTP://sale.example${purchasePath}?a=1`,
  `https://sale.example:443${purchasePath}/`,
  `ftp://sale.example${purchasePath}`,
  `http://user:pass@sale.example${purchasePath}`,
  `http://sale.example?${purchasePath}`,
  `http://sale.example#${purchasePath}`,
  `http://${purchasePath}`,
  `http://sale.example`,
  '*',
  `x${purchasePath}`,
])('the listener takes the target %s exactly when Express does', async (path) => {
  const { ours, expected } = await bothAnswers({ path, body })
  expect(ours).toEqual(expected)
})

it.each<[string, Asked]>([
  ['none', {}],
  ['an empty object', { body: '{}' }],
  ['spaces around it', { body: ` ${body} ` }],
  ['a byte order mark', { body: `\ufeff${body}` }],
  ['nothing but a space', { body: ' ' }],
  ['a number', { body: '7' }],
  ['null', { body: 'null' }],
  ['a string', { body: '"x"' }],
  ['broken JSON', { body: '{"quantity":' }],
  ['two objects', { body: `${body}${body}` }],
  ['too long', { body: `{"pad":"${'x'.repeat(5_000)}"}` }],
  ['gzip', { body: gzipSync(body), headers: { 'content-encoding': 'gzip' } }],
  ['gzip in capitals', { body: gzipSync(body), headers: { 'content-encoding': 'GZIP' } }],
  ['an encoding that is none', { body, headers: { 'content-encoding': 'identity' } }],
  ['an unknown encoding', { body, headers: { 'content-encoding': 'x' } }],
  ['a type in capitals', { body, headers: { 'content-type': 'APPLICATION/JSON; CHARSET=UTF-8' } }],
  [
    'a charset of JSON',
    { body: Buffer.from(body, 'utf16le'), headers: { 'content-type': 'application/json; charset=utf-16le' } },
  ],
  ['a charset unknown to JSON', { body, headers: { 'content-type': 'application/json; charset=latin1' } }],
  ['a structured suffix', { body, headers: { 'content-type': 'application/vnd.x+json' } }],
  ['a form', { body: 'quantity=2', headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
  ['chunks', { body, headers: { 'transfer-encoding': 'chunked' } }],
  ['chunks of nothing', { body: '', headers: { 'transfer-encoding': 'chunked' } }],
])('the listener reads a body as Express does: %s', async (_, asked) => {
  const { ours, expected } = await bothAnswers(asked)
  expect(ours).toEqual(expected)
})

it.each<[string, object, number]>([
  ['a user', { sub: '2' }, 202],
  ['a number as subject', { sub: 2 }, 401],
  ['an array as subject', { sub: ['2'] }, 401],
  ['no subject', { sub: undefined }, 401],
  ['a user with a leading zero', { sub: '02' }, 401],
  ['no issuer', { sub: '2', iss: undefined }, 401],
  ['no audience', { sub: '2', aud: undefined }, 401],
  ['an array with this audience', { sub: '2', aud: ['x', 'seckill-api'] }, 202],
  ['no expiry', { sub: '2', exp: undefined }, 401],
  ['a text as expiry', { sub: '2', exp: '99999999999' }, 401],
])('a token with %s has the same answer from both', async (_, claims, status) => {
  const exp = Math.floor(Date.now() / 1_000) + 600
  const token = await new SignJWT({ iss: 'seckill-local', aud: 'seckill-api', exp, ...claims } as never)
    .setProtectedHeader({ alg: 'HS256' })
    .sign(Buffer.from(testSecret))
  const { ours, expected } = await bothAnswers({ headers: { authorization: `Bearer ${token}` } })
  expect([ours[0], expected[0]]).toEqual([status, status])
})

it.each([
  ['a text that is no gzip', 'gzip', body],
  ['a gzip that ends early', 'gzip', gzipSync(body).subarray(0, 12)],
  ['a text that is no deflate', 'deflate', body],
])('%s is the fault of the client, not of the API', async (_, encoding, sent) => {
  const answer = await both().listener.ask({ body: sent, headers: { ...both().own, 'content-encoding': encoding } })
  expect([answer.status, JSON.parse(answer.text).error]).toEqual([400, 'INVALID_REQUEST'])
})
