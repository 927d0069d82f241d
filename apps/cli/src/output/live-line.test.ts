import { describe, expect, it } from 'vitest'
import { createLiveLine } from './live-line.js'

function streamOf(isTTY: boolean, columns = 80) {
  const written: string[] = []
  return { isTTY, columns, written, write: (text: string) => written.push(text) }
}

describe('a live line', () => {
  it('is redrawn in place on a terminal, cut to its width, and gives way to a line that stays', () => {
    const stream = streamOf(true, 10)
    const line = createLiveLine(stream)
    line.update('0123456789')
    line.log('kept')
    line.update('next')
    line.end()
    line.end()
    expect(stream.written).toEqual(['\r\u001b[2K012345678', '\r\u001b[2Kkept\n', '\r\u001b[2Knext', '\n'])
  })

  it('without a terminal is a plain line at most once a second, and the last state is not lost', () => {
    const stream = streamOf(false)
    let now = 0
    const line = createLiveLine(stream, () => now)
    line.update('too soon')
    line.log('kept')
    now = 1_000
    line.update('a')
    line.update('b')
    line.end()
    expect(stream.written).toEqual(['kept\n', 'a\n', 'b\n'])
  })
})
