import { createHmac } from 'node:crypto'
import { localAudience, localIssuer } from '../src/auth/token-verifier.js'
import { type Asked, purchasePath, testSecret } from './listener-under-test.js'

/** A request by name, with one thing that is odd, and the status or error code that it has from listener and Express. */
export type OddRequest = readonly [name: string, asked: Asked, answer: 202 | string]

const invalid = 'INVALID_REQUEST'
const broken = 'INVALID_JSON'
const refused = 'UNAUTHENTICATED'

function body(text: string | Buffer): Asked {
  return { body: text }
}

/** JSON bodies, each of the media type that JSON has. */
export const oddBodies: readonly OddRequest[] = [
  ['the most units', body('{"quantity":100}'), 202],
  ['one unit more than the most', body('{"quantity":101}'), invalid],
  ['no unit', body('{"quantity":0}'), invalid],
  ['a negative zero', body('{"quantity":-0}'), invalid],
  ['a negative quantity', body('{"quantity":-1}'), invalid],
  ['a fraction', body('{"quantity":1.5}'), invalid],
  ['a fraction that is none', body('{"quantity":2.0}'), 202],
  ['an exponent', body('{"quantity":1e1}'), 202],
  ['a quantity beyond the doubles', body('{"quantity":1e999}'), invalid],
  ['a quantity next to one', body('{"quantity":1.00000000000000001}'), 202],
  ['a quantity as text', body('{"quantity":"1"}'), invalid],
  ['a quantity of true', body('{"quantity":true}'), invalid],
  ['a quantity of null', body('{"quantity":null}'), invalid],
  ['a quantity in an array', body('{"quantity":[1]}'), invalid],
  ['a quantity in an object', body('{"quantity":{"$gt":0}}'), invalid],
  ['the quantity twice, the second one valid', body('{"quantity":0,"quantity":2}'), 202],
  ['the quantity twice, the first one valid', body('{"quantity":2,"quantity":0}'), invalid],
  ['the quantity in escapes', body('{"\\u0071uantity":2}'), 202],
  ['the quantity in capitals', body('{"Quantity":2}'), invalid],
  ['another field beside it', body('{"quantity":2,"userId":1}'), invalid],
  ['a prototype', body('{"__proto__":{"quantity":2}}'), invalid],
  ['a prototype beside it', body('{"quantity":2,"__proto__":{}}'), invalid],
  ['a constructor', body('{"constructor":{"prototype":{"quantity":2}}}'), invalid],
  ['an empty array', body('[]'), invalid],
  ['an array with a purchase', body('[{"quantity":2}]'), invalid],
  ['arrays in arrays', body(`${'['.repeat(2_000)}${']'.repeat(2_000)}`), invalid],
  ['true', body('true'), broken],
  ['a number with a zero before it', body('{"quantity":02}'), broken],
  ['a number with a sign', body('{"quantity":+2}'), broken],
  ['a hexadecimal number', body('{"quantity":0x2}'), broken],
  ['NaN', body('{"quantity":NaN}'), broken],
  ['single quotes', body("{'quantity':2}"), broken],
  ['a comma at the end', body('{"quantity":2,}'), broken],
  ['a comment', body('{"quantity":2}//'), broken],
  ['white space of other languages', body('\u00a0{"quantity":2}'), broken],
  ['two byte order marks', body('\ufeff\ufeff{"quantity":2}'), broken],
  ['a NUL behind it', body('{"quantity":2}\0'), broken],
  ['bytes that are no UTF-8 in a name', body(Buffer.from('{"\xff":2}', 'latin1')), invalid],
  ['half of a surrogate pair in a name', body('{"\\ud800":2}'), invalid],
  ['UTF-16', body(Buffer.from('{"quantity":2}', 'utf16le')), broken],
]

function voucher(id: string): Asked {
  return { path: purchasePath.replace('7', id) }
}

/** Voucher ids in the path. */
export const oddIds: readonly OddRequest[] = [
  ['the greatest one', voucher('9007199254740991'), 202],
  ['one beyond it', voucher('9007199254740992'), invalid],
  ['400 digits', voucher('9'.repeat(400)), invalid],
  ['zero', voucher('0'), invalid],
  ['a negative number', voucher('-7'), invalid],
  ['a fraction', voucher('7.0'), invalid],
  ['an exponent', voucher('7e0'), invalid],
  ['a hexadecimal number', voucher('0x7'), invalid],
  ['a space behind it', voucher('7%20'), invalid],
  ['a line end behind it', voucher('7%0a'), invalid],
  ['a NUL behind it', voucher('7%00'), invalid],
  ['digits of full width', voucher('%EF%BC%97'), invalid],
  ['a hash tag of Redis', voucher('7%7D:campaign'), invalid],
  ['a name of every object', voucher('__proto__'), invalid],
  ['two ids', voucher('7,8'), invalid],
  ['an escape of an escape', voucher('%2537'), invalid],
]

function encoded(part: unknown): string {
  return Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url')
}

const inTenMinutes = Math.floor(Date.now() / 1_000) + 600
const claims = { sub: '2', iss: localIssuer, aud: localAudience, exp: inTenMinutes }
const hs256 = { alg: 'HS256', typ: 'JWT' }

/** A token with a genuine signature, whatever its parts are. */
function signed(payload: unknown, header: unknown = hs256): string {
  const head = `${encoded(header)}.${encoded(payload)}`
  return `${head}.${createHmac('sha256', testSecret).update(head).digest('base64url')}`
}

const genuine = signed(claims)
const [head = '', payload = '', signature = ''] = genuine.split('.')

function credential(authorization: string): Asked {
  return { headers: { authorization } }
}
function token(text: string): Asked {
  return credential(`Bearer ${text}`)
}
function withClaims(changes: object): Asked {
  return token(signed({ ...claims, ...changes }))
}

/** Credentials in the header Authorization. */
export const oddTokens: readonly OddRequest[] = [
  ['a scheme in small letters', credential(`bearer ${genuine}`), 202],
  ['another scheme', credential(`Token ${genuine}`), refused],
  ['no scheme', credential(genuine), refused],
  ['two spaces', credential(`Bearer  ${genuine}`), refused],
  ['quotes around it', credential(`Bearer "${genuine}"`), refused],
  ['two tokens', credential(`Bearer ${genuine}, Bearer ${genuine}`), refused],
  ['an empty header', credential(''), refused],
  ['a fourth part', token(`${genuine}.x`), refused],
  ['no signature', token(`${head}.${payload}.`), refused],
  ['half a signature', token(`${head}.${payload}.${signature.slice(0, 20)}`), refused],
  ['padding behind the signature', token(`${genuine}=`), refused],
  ['the signature of other claims', token(`${head}.${encoded({ ...claims, sub: '3' })}.${signature}`), refused],
  ['the algorithm none', token(`${encoded({ alg: 'none' })}.${payload}.`), refused],
  ['the algorithm none beside a signature', token(signed(claims, { alg: 'none' })), refused],
  ['an algorithm in small letters', token(signed(claims, { alg: 'hs256' })), refused],
  ['another algorithm', token(signed(claims, { alg: 'RS256' })), refused],
  ['no algorithm', token(signed(claims, {})), refused],
  ['a header that is no JSON', token(signed(claims, 'x')), refused],
  ['claims that are no JSON', token(signed('x')), refused],
  ['claims in an array', token(signed([claims])), refused],
  ['claims of null', token(signed(null)), refused],
  ['an empty subject', withClaims({ sub: '' }), refused],
  ['a subject of null', withClaims({ sub: null }), refused],
  ['an object as subject', withClaims({ sub: { id: 2 } }), refused],
  ['the subject 0', withClaims({ sub: '0' }), refused],
  ['a negative subject', withClaims({ sub: '-2' }), refused],
  ['a subject with a space', withClaims({ sub: ' 2' }), refused],
  ['a subject with a line end', withClaims({ sub: '2\n' }), refused],
  ['a subject beyond 2^53', withClaims({ sub: '9007199254740993' }), refused],
  ['the subject twice', token(signed(`{"sub":"3",${JSON.stringify(claims).slice(1)}`)), 202],
  ['another issuer', withClaims({ iss: 'elsewhere' }), refused],
  ['an array of issuers', withClaims({ iss: [localIssuer] }), refused],
  ['another audience', withClaims({ aud: 'elsewhere' }), refused],
  ['an expiry of 0', withClaims({ exp: 0 }), refused],
  ['an expiry that has passed', withClaims({ exp: inTenMinutes - 1_200 }), refused],
  ['an expiry of null', withClaims({ exp: null }), refused],
  ['a begin in the future', withClaims({ nbf: inTenMinutes }), refused],
  ['5,000 characters', withClaims({ pad: 'x'.repeat(5_000) }), refused],
]

function key(text: string): Asked {
  return { headers: { 'idempotency-key': text } }
}

/** Idempotency-Keys. */
export const oddKeys: readonly OddRequest[] = [
  ['of 128 characters', key('k'.repeat(128)), 202],
  ['of 129 characters', key('k'.repeat(129)), invalid],
  ['that is empty', key(''), invalid],
  ['with a space', key('a b'), invalid],
  ['with a tab', key('a\tb'), invalid],
  ['of Latin-1', key('\u00e9'), invalid],
  ['with quotes', key('"a"'), 202],
  ['of a name of every object', key('__proto__'), 202],
]
