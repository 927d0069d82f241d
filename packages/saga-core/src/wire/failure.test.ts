import { describe, expect, it } from 'vitest'
import { answerOfFailure, messageOf } from './failure.js'

function answer(type: string | undefined, ...details: readonly unknown[]) {
  return answerOfFailure({ type, message: 'said so', details })
}

describe('the answer of a failed call', () => {
  it.each([
    ['a refusal', { code: 'NO', definite: true }, { status: 'refused', code: 'NO' }],
    [
      'a refusal that is kept',
      { code: 'NO', details: 7, definite: true, stored: true },
      { status: 'refused', code: 'NO', details: 7, definite: true },
    ],
    [
      'a refusal after silence',
      { code: 'NO', definite: false },
      { status: 'unknown', code: 'SAGA_REFUSED_AFTER_SILENCE', message: expect.stringContaining('NO') },
    ],
  ])('for %s', (_, facts, expected) => {
    expect(answer('SagaRefused', facts)).toStrictEqual({ answer: expected, blamesData: false })
  })

  it.each([
    ['nothing', []],
    ['null', [null]],
    ['a text', ['NO']],
    ['a code that is no text', [{ code: 7, definite: true }]],
    ['no code', [{ definite: true }]],
    ['no word on whether it is definite', [{ code: 'NO' }]],
  ])('for a refusal whose detail is %s: unknown, with the missing fields in its message', (_, details) => {
    expect(answer('SagaRefused', ...details)).toStrictEqual({
      answer: {
        status: 'unknown',
        code: 'SAGA_REFUSAL_MALFORMED',
        message: expect.stringMatching(/SagaRefused.*\{ code, definite \}.*said so/),
      },
      blamesData: false,
    })
  })

  it('for a refusal without details', () => {
    expect(answerOfFailure({ type: 'SagaRefused', message: 'said so' }).answer).toMatchObject({
      code: 'SAGA_REFUSAL_MALFORMED',
    })
  })

  it.each([
    ['SagaFenced', 'fenced'],
    ['SagaPending', 'pending'],
  ])('for a %s with any details', (type, status) => {
    expect([answer(type), answer(type, null)]).toStrictEqual(
      [0, 1].map(() => ({ answer: { status }, blamesData: false })),
    )
  })

  it.each([
    ['SagaData', ['ER_DATA_TOO_LONG'], 'ER_DATA_TOO_LONG', true],
    ['SagaUnclassified', ['NewError'], 'NewError', 'perhaps'],
    ['SagaInfrastructure', ['ECONNRESET'], 'ECONNRESET', false],
    ['MailService', [{ status: 500 }], 'MailService', false],
    [undefined, [], 'SAGA_UNKNOWN', false],
  ])('for any other, of type %s', (type, details, code, blamesData) => {
    expect(answer(type, ...details)).toStrictEqual({
      answer: { status: 'unknown', code, message: 'said so' },
      blamesData,
    })
  })
})

describe('the message of an error', () => {
  const circle = new Error('a circle')
  circle.cause = circle

  it.each([
    ['its own', new Error('no room'), 'no room'],
    [
      'its own and those of its causes',
      new Error('no answer', { cause: new Error('connect failed', { cause: new Error('ECONNREFUSED') }) }),
      'no answer: connect failed: ECONNREFUSED',
    ],
    [
      'without one that is there',
      new Error('no answer: ECONNREFUSED', { cause: new Error('ECONNREFUSED') }),
      'no answer: ECONNREFUSED',
    ],
    ['with a cause that is a text', new Error('no answer', { cause: 'because' }), 'no answer: because'],
    ['with a cause that is null', new Error('no answer', { cause: null }), 'no answer'],
    ['of a circle', circle, 'a circle'],
  ])('is %s', (_, error, message) => {
    expect(messageOf(error)).toBe(message)
  })

  it('ends with the tenth cause', () => {
    let error = new Error('12')
    for (let at = 11; at >= 1; at--) error = new Error(String.fromCharCode(64 + at), { cause: error })

    expect(messageOf(error)).toBe('A: B: C: D: E: F: G: H: I: J: K')
  })
})
