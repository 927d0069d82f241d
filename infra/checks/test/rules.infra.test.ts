import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { firstOf, runTool } from '../src/find-tool.js'
import { inRepository } from '../src/repository.js'
import { anchorsOf, rulesOf } from '../src/rules.js'

const promtool = await firstOf([['promtool']], ['--version'], /\d+\.\d+\.\d+/)
if (promtool === undefined) process.stdout.write('SKIPPED infra/monitoring by promtool: no promtool here\n')

const folder = mkdtempSync(join(tmpdir(), 'seckill-rules-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const monitoring = inRepository('infra', 'monitoring')
const read = (name: string) => readFileSync(join(monitoring, name), 'utf8')
const alerts = rulesOf(read('alerts.yaml'))
const tests = read('alerts.test.yaml')

/** Runs promtool in a copy of the folder in which one text of one file is another. */
function promtoolOn(args: readonly string[], file?: string, from = '', to = '') {
  if (promtool === undefined) throw new Error('no promtool here')
  const copy = mkdtempSync(join(folder, 'copy-'))
  cpSync(monitoring, copy, { recursive: true })
  if (file !== undefined) {
    expect(read(file)).toContain(from)
    writeFileSync(join(copy, file), read(file).replace(from, to))
  }
  return runTool(promtool, args, { cwd: copy })
}

describe('the alerts', () => {
  const sections = anchorsOf(readFileSync(inRepository('docs', 'runbook.md'), 'utf8'))

  it.each(alerts)('$alert has a section of the runbook', ({ annotations }) => {
    const [page, anchor] = annotations?.runbook.split('#') ?? []
    expect(page).toBe('docs/runbook.md')
    expect(sections).toContain(anchor)
  })

  it.each(alerts)('$alert has a test in which it fires and one in which it is silent', ({ alert }) => {
    const named = tests
      .split(/alertname: /)
      .slice(1)
      .filter((text) => text.startsWith(`${alert}`))
    expect(named.some((text) => /exp_labels/.test(text))).toBe(true)
    expect(named.some((text) => /exp_alerts: \[\]/.test(text))).toBe(true)
  })
})

describe.skipIf(promtool === undefined)('infra/monitoring by promtool', () => {
  const rules = ['recording-rules.yaml', 'alerts.yaml']

  it('has valid rules', async () => {
    const { exitCode, stdout, stderr } = await promtoolOn(['check', 'rules', ...rules])
    expect(stderr).toBe('')
    expect(stdout).toContain(`${alerts.length} rules found`)
    expect(exitCode).toBe(0)
  })

  it('has a valid configuration of Prometheus', async () => {
    const { exitCode, stdout } = await promtoolOn(['check', 'config', 'prometheus.yaml'])
    expect(stdout).toContain('is valid prometheus config file')
    expect(exitCode).toBe(0)
  })

  it('passes the tests of its rules', async () => {
    const { exitCode, stdout, stderr } = await promtoolOn(['test', 'rules', 'alerts.test.yaml'])
    expect(`${stdout}${stderr}`).toContain('SUCCESS')
    expect(exitCode).toBe(0)
  })

  it.each([
    [
      'an expression that is not closed',
      ['check', 'rules', ...rules],
      'alerts.yaml',
      '(seckill_purchases_lost_total[10m])',
      '(seckill_purchases_lost_total[10m]',
    ],
    ['an unknown key of a rule', ['check', 'rules', ...rules], 'alerts.yaml', 'for: 1m', 'during: 1m'],
    [
      'an unknown key of a scrape',
      ['check', 'config', 'prometheus.yaml'],
      'prometheus.yaml',
      'scrape_interval',
      'scrape_every',
    ],
    [
      'a limit that lets a fault pass',
      ['test', 'rules', 'alerts.test.yaml'],
      'alerts.yaml',
      'ratio5m > 0.05',
      'ratio5m > 0.95',
    ],
    [
      'a limit that alarms a sale in order',
      ['test', 'rules', 'alerts.test.yaml'],
      'alerts.yaml',
      'p99_5m > 1',
      'p99_5m > 0.001',
    ],
    ['an alarm that comes too early', ['test', 'rules', 'alerts.test.yaml'], 'alerts.yaml', 'for: 1m', 'for: 0s'],
  ])('is refused with %s', async (_mistake, args, file, from, to) => {
    const { exitCode } = await promtoolOn(args, file, from, to)
    expect(exitCode).not.toBe(0)
  })
})
