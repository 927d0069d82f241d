import { randomBytes } from 'node:crypto'
import { solveChallenge } from 'altcha-lib'
import { deriveKey } from 'altcha-lib/algorithms/sha'
import { describe, expect, it } from 'vitest'
import { createProofOfWork } from './proof-of-work.js'
import { createPurchaseTokens } from './purchase-tokens.js'

const secret = () => randomBytes(32).toString('base64url')
const subject = { userId: 7, voucherId: 3 }

describe('a purchase token', () => {
  const key = secret()
  const tokens = createPurchaseTokens([key], () => 1_000_000)
  const token = tokens.sign(subject, 1_000_001)

  it('lets its user buy its voucher, in every process of the installation', () => {
    expect(tokens.isValid(token, subject)).toBe(true)
    expect(createPurchaseTokens([secret(), key], () => 1_000_000).isValid(token, subject)).toBe(true)
  })

  it.each([
    ['another user', token, { ...subject, userId: 8 }],
    ['another voucher', token, { ...subject, voucherId: 4 }],
    ['a later end', `${(2_000_000).toString(36)}.${token.split('.')[1]}`, subject],
    ['another signature', `${token.slice(0, -2)}AA`, subject],
    ['nothing', '', subject],
  ])('is not valid for %s', (_, given, of) => {
    expect(tokens.isValid(given, of)).toBe(false)
  })

  it('is not valid after its end, nor for another installation', () => {
    expect(createPurchaseTokens([key], () => 1_000_001).isValid(token, subject)).toBe(false)
    expect(createPurchaseTokens([secret()], () => 1_000_000).isValid(token, subject)).toBe(false)
  })
})

describe('a proof of work', () => {
  const challenge = createProofOfWork(2, 'a secret of these tests')

  async function solved() {
    const task = await challenge.give(subject)
    if (task === null) throw new Error('There is no task.')
    const solution = await solveChallenge({ challenge: task as never, deriveKey })
    if (solution === null) throw new Error('The task was not solved.')
    return { task: JSON.parse(JSON.stringify(task)), solution }
  }

  it('is passed by its solution, for its user and voucher alone', async () => {
    const answer = await solved()
    expect(await challenge.isPassed(subject, answer)).toBe(true)
    expect(await challenge.isPassed({ ...subject, userId: 8 }, answer)).toBe(false)
    expect(await challenge.isPassed({ ...subject, voucherId: 4 }, answer)).toBe(false)
    expect(await createProofOfWork(2, 'another secret').isPassed(subject, answer)).toBe(false)
  })

  it('is not passed by a guess, by an easier task, or by nothing', async () => {
    const { task, solution } = await solved()
    expect(await challenge.isPassed(subject, { task, solution: { ...solution, counter: solution.counter + 1 } })).toBe(
      false,
    )
    const easier = { ...task, parameters: { ...task.parameters, keyPrefix: '0' } }
    expect(await challenge.isPassed(subject, { task: easier, solution })).toBe(false)
    const endless = { ...task, parameters: { ...task.parameters, expiresAt: 9_999_999_999 } }
    expect(await challenge.isPassed(subject, { task: endless, solution })).toBe(false)
    expect(await challenge.isPassed(subject, { task: 'x', solution: null })).toBe(false)
    expect(await challenge.isPassed(subject, undefined)).toBe(false)
  })
})
