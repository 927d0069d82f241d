import { expect, it } from 'vitest'
import { sampleValues } from './sample-values.js'

const text = `# HELP messages_total Messages by what became of them
# TYPE messages_total counter
messages_total{end="started"} 12
messages_total{end="poison"} 1
messages_total_lost 7
running{task_queue="a"} 1
running{task_queue="b"} 0
`

it('finds the samples of a series by its name, with its labels or some of them', () => {
  expect(sampleValues(text, 'messages_total{end="started"}')).toEqual([12])
  expect(sampleValues(text, 'messages_total')).toEqual([12, 1])
  expect(sampleValues(text, 'running')).toEqual([1, 0])
  expect(sampleValues(text, 'absent')).toEqual([])
})
