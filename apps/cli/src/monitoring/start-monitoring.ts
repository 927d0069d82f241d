import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AttachedProcess, freePort, startProcess } from 'seckill-local-stack'
import { jobOf, type Sale } from '../sale/index.js'
import type { MonitoringPrograms } from './monitoring-programs.js'

export interface MonitoringOptions {
  readonly programs: MonitoringPrograms
  /** The root of the repository, whose infra/monitoring has the rules. */
  readonly root: string
  /** The directory of configuration, data and logs; what it had is deleted. */
  readonly dir: string
  readonly sale: Pick<Sale, 'metricsUrl' | 'roles'>
  /** Gets each alert, as Alertmanager posts them. */
  readonly webhookUrl?: string
}

/** Running servers that watch a sale. */
export interface Monitoring {
  readonly prometheusUrl: string
  /** Undefined where Alertmanager is not installed: Prometheus shows the alerts all the same. */
  readonly alertmanagerUrl: string | undefined
  stop(): Promise<void>
}

const scrapeSeconds = 2
const startTimeoutMs = 30_000

/**
 * Starts Prometheus with the rules of the repository over the processes of a sale, and Alertmanager where there is one, on free ports.
 * @throws StackError with the last lines of a server that did not start; the other is stopped
 */
export async function startMonitoring(options: MonitoringOptions): Promise<Monitoring> {
  const { dir, programs } = options
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(dir, { recursive: true })
  const running: AttachedProcess[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((server) => server.stop()))
  }
  try {
    const alertmanagerUrl = programs.alertmanager && (await startAlertmanager(programs.alertmanager, options, running))
    const prometheusUrl = await startPrometheus(options, alertmanagerUrl, running)
    return { prometheusUrl, alertmanagerUrl, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function startAlertmanager(command: string, options: MonitoringOptions, running: AttachedProcess[]) {
  const webhooks = options.webhookUrl === undefined ? [] : [{ url: options.webhookUrl, send_resolved: true }]
  const config = write(options.dir, 'alertmanager.yaml', {
    route: { receiver: 'operators', group_by: ['alertname'], group_wait: '1s', group_interval: '5s' },
    receivers: [{ name: 'operators', webhook_configs: webhooks }],
  })
  const storage = `--storage.path=${join(options.dir, 'alertmanager')}`
  const args = [`--config.file=${config}`, storage, '--cluster.listen-address=']
  return startServer('alertmanager', { dir: options.dir, command, args }, running)
}

function startPrometheus(options: MonitoringOptions, alertmanagerUrl: string | undefined, running: AttachedProcess[]) {
  const { root, dir, sale } = options
  const managers = alertmanagerUrl === undefined ? [] : [{ static_configs: [{ targets: [hostOf(alertmanagerUrl)] }] }]
  const config = write(dir, 'prometheus.yaml', {
    global: { scrape_interval: `${scrapeSeconds}s`, evaluation_interval: `${scrapeSeconds}s` },
    rule_files: ['recording-rules.yaml', 'alerts.yaml'].map((file) => join(root, 'infra', 'monitoring', file)),
    alerting: { alertmanagers: managers },
    scrape_configs: [...Map.groupBy(sale.roles, jobOf)].map(([job, roles]) => ({
      job_name: job,
      static_configs: [{ targets: roles.map((role) => hostOf(sale.metricsUrl(role))) }],
    })),
  })
  const args = [`--config.file=${config}`, `--storage.tsdb.path=${join(dir, 'prometheus')}`]
  return startServer('prometheus', { dir, command: options.programs.prometheus, args }, running)
}

interface Server {
  readonly dir: string
  readonly command: string
  readonly args: readonly string[]
}

/** Starts a server on a free port of this machine, and answers its address. */
async function startServer(name: string, { dir, command, args }: Server, running: AttachedProcess[]): Promise<string> {
  const url = `http://127.0.0.1:${await freePort()}`
  const server = await startProcess({
    name,
    command,
    args: [...args, `--web.listen-address=${hostOf(url)}`],
    env: { PATH: process.env.PATH },
    logFile: join(dir, `${name}.log`),
    ready: async () => (await fetch(`${url}/-/ready`)).ok,
    timeoutMs: startTimeoutMs,
  })
  running.push(server)
  return url
}

/** Writes a configuration; JSON is YAML. */
function write(dir: string, name: string, config: unknown): string {
  const file = join(dir, name)
  writeFileSync(file, `${JSON.stringify(config, undefined, 2)}\n`)
  return file
}

function hostOf(url: string): string {
  return new URL(url).host
}
