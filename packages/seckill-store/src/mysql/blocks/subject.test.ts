import { describe, expect, it } from 'vitest'
import { AddressesError, rangeOf, subjectOf, subjectText } from './subject.js'

describe('the range of a text', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7/32'],
    ['203.0.113.7/24', '203.0.113.0/24'],
    ['::ffff:203.0.113.7', '203.0.113.7/32'],
    ['2001:db8:1:2:3::4', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:3::4/128', '2001:db8:1:2::/64'],
    ['2001:DB8::/32', '2001:db8::/32'],
    [' 10.1.2.3/8 ', '10.0.0.0/8'],
  ])('%s is %s', (text, range) => {
    expect(rangeOf(text)).toBe(range)
  })

  it.each([
    '',
    'shop',
    '203.0.113',
    '203.0.113.7/',
    '203.0.113.7/x',
    '203.0.113.7/129',
    '0.0.0.0/0',
    '10.0.0.0/7',
    '::/0',
  ])('%j cannot be blocked', (text) => {
    expect(() => rangeOf(text)).toThrow(AddressesError)
  })
})

it.each([{ userId: 7 }, { addresses: '203.0.113.0/24' }, { addresses: '2001:db8::/32' }])(
  'the subject %j is read back from its text',
  (subject) => {
    expect(subjectOf(subjectText(subject))).toEqual(subject)
  },
)
