import { expect, it } from 'vitest'
import { DeadlineError } from './deadline.js'
import { createProbe } from './probe.js'

it('a probe asks a silent server once, fails each time at its deadline, and asks again after an answer', async () => {
  const questions: PromiseWithResolvers<string>[] = []
  const probe = createProbe('MySQL', 20, () => {
    const question = Promise.withResolvers<string>()
    questions.push(question)
    return question.promise
  })
  for (const _ of [1, 2, 3]) await expect(probe()).rejects.toThrow('MySQL did not answer within 20 ms.')
  expect(questions).toHaveLength(1)
  const late = probe()
  questions[0]?.resolve('here')
  expect(await late).toBe('here')
  const refused = probe()
  questions[1]?.reject(new Error('refused'))
  await expect(refused).rejects.toThrow('refused')
  await expect(probe()).rejects.toBeInstanceOf(DeadlineError)
  expect(questions).toHaveLength(3)
})
