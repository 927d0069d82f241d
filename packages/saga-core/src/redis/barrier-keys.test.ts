import { describe, expect, it } from 'vitest'
import { inSlot, rowsKey } from './barrier-keys.js'

describe('the tag of a barrier', () => {
  it.each(['', 'a{b', 'a}b', '{a}'])('is refused as %j', (tag) => {
    expect(() => rowsKey('rows:', tag)).toThrow(expect.objectContaining({ code: 'SAGA_BARRIER_KEY' }))
  })

  it('names the slot of its rows', () => {
    expect(rowsKey('rows:', 't')).toBe('rows:{t}')
  })
})

describe('a key of a barrier script', () => {
  it.each(['t', '{t}', 'a{t}', '{t}b', 'a{t}b{u}', 'a}{t}', '}{t}'])('%j is in the slot of the tag t', (key) => {
    expect(inSlot('sell', 't', [key])).toEqual([key])
  })

  it.each(['tx', 't}', '{t', '{tx', '{}t', '{}{t}', 'a{u}{t}', 'T'])(
    '%j is in another slot, as Redis Cluster hashes keys',
    (key) => {
      expect(() => inSlot('sell', 't', ['{t}', key])).toThrow(
        expect.objectContaining({ code: 'SAGA_BARRIER_KEY', message: expect.stringContaining(`"${key}"`) }),
      )
    },
  )
})
