import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { isAlive, ownIdentity, processCommandLine, processStartTime } from './process-identity.js'

describe('a process', () => {
  it('is alive under its own start time only', () => {
    const own = ownIdentity()
    expect(isAlive(own)).toBe(true)
    expect(isAlive({ ...own, startTime: `${own.startTime}0` })).toBe(false)
  })

  it('keeps its start time and shows its command line until it ends', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()', 'a mark of mine'])
    await once(child, 'spawn')
    const pid = child.pid ?? 0
    const startTime = processStartTime(pid)
    expect(startTime).toBeTypeOf('string')
    expect(processStartTime(pid)).toBe(startTime)
    expect(processCommandLine(pid)).toContain('a mark of mine')
    child.stdin.end()
    await once(child, 'exit')
    expect(processStartTime(pid)).toBeUndefined()
  })
})
