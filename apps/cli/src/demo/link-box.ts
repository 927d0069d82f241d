import type { Monitoring } from '../monitoring/start-monitoring.js'
import type { DemoResult } from './demo-result.js'

/** A link of a sale that is up: its name, its address, and what it is for. */
type Link = readonly [name: string, address: string, purpose: string]

/** The links of a demo in a box of at most 80 columns, a line each. */
export function linkBox(
  urls: DemoResult['urls'],
  monitoring: Pick<Monitoring, 'prometheusUrl' | 'alertmanagerUrl'> | undefined,
): readonly string[] {
  const links = [...linksOf(urls), ...(monitoring === undefined ? [] : monitoringLinks(monitoring))]
  const names = widest(links.map(([name]) => name))
  const addresses = widest(links.map(([, address]) => address))
  const lines = links.map(([name, address, purpose]) =>
    `${name.padEnd(names)}  ${address.padEnd(addresses)}  ${purpose}`.trimEnd(),
  )
  const width = widest(lines)
  const edge = '─'.repeat(width + 2)
  return [`┌${edge}┐`, ...lines.map((line) => `│ ${line.padEnd(width)} │`), `└${edge}┘`]
}

function linksOf({ shop, console, api, admin, provider, temporal, rabbitmq }: DemoResult['urls']): readonly Link[] {
  return [
    ['Shop', shop, 'sign in with one click, buy, pay'],
    ['Console', console, 'operate the sale'],
    ['API', `${api}/docs`, 'every operation'],
    ['Admin API', `${admin}/docs`, 'every operation of operators'],
    ['Provider', provider, 'the sandbox of payments'],
    ['Temporal', temporal, 'every purchase is a run'],
    ...(rabbitmq === undefined ? [] : [['RabbitMQ', rabbitmq, 'its management page'] as const]),
    ['Metrics', `${admin}/metrics`, 'for Prometheus'],
  ]
}

function monitoringLinks({ prometheusUrl, alertmanagerUrl }: Pick<Monitoring, 'prometheusUrl' | 'alertmanagerUrl'>) {
  const prometheus: Link = ['Prometheus', `${prometheusUrl}/alerts`, 'alerts and queries']
  const alerts: readonly Link[] = alertmanagerUrl === undefined ? [] : [['Alerts', alertmanagerUrl, 'Alertmanager']]
  return [prometheus, ...alerts]
}

function widest(texts: readonly string[]): number {
  return Math.max(...texts.map((text) => text.length))
}
