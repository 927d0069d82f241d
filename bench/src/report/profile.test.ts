import { describe, expect, it } from 'vitest'
import { busyTimeOf, type CpuProfile, profileTables } from './profile.js'

type Frame = readonly [functionName: string, url: string]

const idle: Frame = ['(idle)', '']
const node: Frame = ['emit', 'node:events']
const redis: Frame = ['write', 'file:///r/node_modules/ioredis/built/Pipeline.js']
const jwt: Frame = ['verify', 'file:///r/node_modules/fast-jwt/src/verifier.js']
const token: Frame = ['verify', 'file:///r/apps/api/dist/auth/token-verifier.js']
const bundle: Frame = ['runBatch', 'workflow-bundle-1.js']

/** A profile in which each stack, its outermost frame first, has one sample of so many microseconds. */
function profileOf(...stacks: readonly (readonly [micros: number, ...frames: Frame[]])[]): CpuProfile {
  const nodes: { id: number; callFrame: { functionName: string; url: string }; children: number[] }[] = []
  const samples = stacks.map(([, ...frames]) => {
    let parent: number[] | undefined
    for (const [functionName, url] of frames) {
      const id = nodes.length + 1
      parent?.push(id)
      const children: number[] = []
      nodes.push({ id, callFrame: { functionName, url }, children })
      parent = children
    }
    return nodes.length
  })
  return { nodes, samples, timeDeltas: stacks.map(([micros]) => micros) }
}

describe('the time of a CPU profile', () => {
  it("counts for the innermost folder of the project, a library's for its caller", () => {
    const micros = busyTimeOf(profileOf([30, node, token, jwt, node], [5, node, token]))

    expect([...micros]).toEqual([['api/auth', 35]])
  })

  it('counts for the library, or for Node, where the project is not on the stack', () => {
    const micros = busyTimeOf(profileOf([7, node, redis, node], [3, node], [2, ['(garbage collector)', '']]))

    expect([...micros]).toEqual([
      ['ioredis', 7],
      ['node', 3],
      ['(garbage collector)', 2],
    ])
  })

  it('counts as workflows whatever their bundle calls, and leaves out waiting', () => {
    expect([...busyTimeOf(profileOf([4, bundle, node], [100, idle]))]).toEqual([['workflows', 4]])
  })

  it('is shown by shares, those under a hundredth as one', () => {
    const micros = new Map([
      ['api/http', 300],
      ['api/auth', 695],
      ['node', 5],
    ])

    expect(
      profileTables([{ program: 'api', micros }])
        .split('\n')
        .slice(5),
    ).toEqual(['| api/auth   | 69.5 %         |', '| api/http   | 30.0 %         |', '| all others | 0.5 %          |'])
  })
})
