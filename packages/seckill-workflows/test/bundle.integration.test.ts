import { readFile, stat } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import sagaCore from 'saga-core/package.json' with { type: 'json' }
import * as entry from 'seckill-workflows/workflows'
import { describe, expect, it } from 'vitest'
import { campaignWorkflow, purchaseWorkflow, reconcileWorkflow, refundWorkflow } from '../src/contract/names.js'

const bundle = fileURLToPath(import.meta.resolve('seckill-workflows/bundle'))
/** The code that the worker parses at each start; most of it is Temporal's own. */
const budgetBytes = 2.3 * 1024 * 1024
/** The modules that a workflow may reach; a store, a driver, an activity and all that comes later are none of them. */
const sandboxed = [
  /node_modules\/(?:@temporalio\/(?:workflow|common)|nexus-rpc|ms|long)\//,
  /\/saga-core\/(?:src|dist)\/(?:(?:workflow|engine|definition|wire|barrier)\/|saga-error\.)/,
  /\/seckill-workflows\/(?:src|dist)\/(?:workflows|contract|domain)\//,
  /(?:^|\/)webpack\/(?:bootstrap|runtime\/)/,
]
const sagaCoreServerSide = Object.keys(sagaCore.exports).filter(
  (path) => !['.', './workflow', './package.json'].includes(path),
)

function outsideTheSandbox(paths: readonly string[]) {
  return paths.filter((path) => !sandboxed.some((allowed) => allowed.test(path)))
}

describe('the workflow bundle', () => {
  it('stays within its size', async () => {
    const { size } = await stat(bundle)
    expect(size).toBeGreaterThan(100 * 1024)
    expect(size).toBeLessThan(budgetBytes)
  })

  it('holds the saga and the engine, and no store, driver or activity', async () => {
    const modules = await modulesOf(bundle)
    expect(modules.some((path) => /seckill-workflows\/src\/workflows\/purchase\.saga\.ts$/.test(path))).toBe(true)
    expect(modules.some((path) => path.includes('/saga-core/src/engine/'))).toBe(true)
    expect(outsideTheSandbox(modules)).toEqual([])
  })

  it.each([
    ...sagaCoreServerSide.map((path) => `/repository/packages/saga-core/src/${path}/index.ts`),
    ...['kysely', 'mysql2', 'ioredis', '@temporalio/client'].map((name) => `/repository/node_modules/${name}/index.js`),
    '/repository/packages/seckill-store/dist/gate/connect.js',
    '/repository/packages/seckill-workflows/src/activities/index.ts',
  ])('would show %s', (planted) => {
    expect(outsideTheSandbox([planted])).toEqual([planted])
  })

  it('has an entry that exports the workflow functions and nothing else', () => {
    expect(Object.keys(entry)).toEqual([campaignWorkflow, purchaseWorkflow, reconcileWorkflow, refundWorkflow])
    for (const workflow of Object.values(entry)) expect(workflow).toBeTypeOf('function')
  })
})

/** The paths of the bundled modules, from the source map that the bundle carries. */
async function modulesOf(file: string): Promise<readonly string[]> {
  const code = await readFile(file, 'utf8')
  const encoded = /sourceMappingURL=data:application\/json;charset=utf-8;base64,([A-Za-z0-9+/=]+)/.exec(code)?.[1]
  if (encoded === undefined) throw new Error(`${file} carries no source map.`)
  const map: { sources: string[] } = JSON.parse(Buffer.from(encoded, 'base64').toString())
  return map.sources
}
