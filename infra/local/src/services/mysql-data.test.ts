import { describe, expect, it } from 'vitest'
import { layoutIn } from '../stack-layout.js'
import { socketPath } from './mysql-data.js'

describe('the socket', () => {
  it('is beside the data where its path is short enough', () => {
    expect(socketPath(layoutIn('/repo/.seckill/demo'))).toBe('/repo/.seckill/demo/mysql/mysql.sock')
  })

  it('is elsewhere, and another one for each stack, where it is not', () => {
    const deep = `/${'deep/'.repeat(30)}`
    const [one, two] = ['one', 'two'].map((name) => socketPath(layoutIn(`${deep}${name}`)))
    expect(Buffer.byteLength(one ?? '')).toBeLessThanOrEqual(103)
    expect(one).not.toBe(two)
  })
})
