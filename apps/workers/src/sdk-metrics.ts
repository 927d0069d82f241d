import getPort from 'get-port'
import type { Registry } from 'prom-client'
import type { MetricsText } from 'seckill-process/health-server'

const host = '127.0.0.1'
const limitMs = 2_000

/** The metrics of Temporal's core, which serves them itself. */
export interface SdkMetrics {
  /** The address on loopback that the core binds. */
  readonly address: string
  /** @throws when the core does not answer */
  read(): Promise<string>
}

/** Takes a free port for the metrics of Temporal's core. */
export async function openSdkMetrics(): Promise<SdkMetrics> {
  const address = `${host}:${await getPort({ host })}`
  return {
    address,
    async read() {
      const response = await fetch(`http://${address}/metrics`, { signal: AbortSignal.timeout(limitMs) })
      return response.text()
    },
  }
}

/** The metrics of the process and of Temporal's core in one text. */
export function joinMetrics(registry: Registry, sdk: SdkMetrics): MetricsText {
  return {
    contentType: registry.contentType,
    metrics: async () => (await Promise.all([registry.metrics(), sdk.read()])).join('\n'),
  }
}
