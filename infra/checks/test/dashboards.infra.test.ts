import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { type DashboardName, dashboard, dashboardExpressions } from '../src/dashboards.js'
import { firstOf, runTool } from '../src/find-tool.js'
import { inRepository } from '../src/repository.js'

const names = ['sale', 'sagas', 'systems'] as const satisfies readonly DashboardName[]

it.each(names)('the dashboard %s of infra/monitoring is the one that the code makes', async (name) => {
  const json = `${JSON.stringify(dashboard(name), undefined, 2)}\n`
  await expect(json).toMatchFileSnapshot(inRepository('infra', 'monitoring', 'dashboards', `${name}.json`))
})

const folder = mkdtempSync(join(tmpdir(), 'seckill-dashboards-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const promtool = await firstOf([['promtool']], ['--version'], /\d+\.\d+\.\d+/)
if (promtool === undefined)
  process.stdout.write('SKIPPED the expressions of dashboards by promtool: no promtool here\n')

it.skipIf(promtool === undefined)(
  'every panel asks in PromQL, and promtool refuses an expression that is none',
  async () => {
    const check = (expressions: readonly string[]) => {
      if (promtool === undefined) throw new Error('no promtool here')
      const rules = expressions.map((expr, index) => ({ record: `panel_${index}`, expr }))
      const file = join(folder, 'panels.yaml')
      writeFileSync(file, JSON.stringify({ groups: [{ name: 'panels', rules }] }))
      return runTool(promtool, ['check', 'rules', file])
    }
    expect((await check(dashboardExpressions)).exitCode).toBe(0)
    expect((await check([...dashboardExpressions, 'sum by ('])).exitCode).not.toBe(0)
  },
)
