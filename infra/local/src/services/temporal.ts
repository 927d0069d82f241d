import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Connection } from '@temporalio/client'
import type { ServiceDriver } from './service-driver.js'
import { obtainTemporal } from './temporal-binary.js'

/** Higher rate limits than the server's defaults, which slow a rush; with one task queue partition a new worker gets its tasks at once. */
const dynamicConfig: Readonly<Record<string, number | string>> = {
  'frontend.rps': 100_000,
  'frontend.namespaceRPS': 100_000,
  'frontend.persistenceMaxQPS': 100_000,
  'matching.rps': 100_000,
  'matching.persistenceMaxQPS': 100_000,
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  'history.rps': 100_000,
  'history.persistenceMaxQPS': 100_000,
  'history.transferProcessorMaxPollRPS': 200,
  'history.visibilityProcessorMaxPollRPS': 200,
  'history.timerProcessorMaxPollRPS': 200,
  'history.timerProcessorMaxTimeShift': '10ms',
}

/** Temporal's development server with its Web UI, on a file that is synced at each commit. */
export const temporalDriver: ServiceDriver = {
  service: 'temporal',
  title: 'Temporal',
  stopGraceMs: 15_000,
  hasUi: true,
  given: ({ TEMPORAL_ADDRESS, TEMPORAL_UI_URL }) => {
    if (!TEMPORAL_ADDRESS) return undefined
    return TEMPORAL_UI_URL ? { TEMPORAL_ADDRESS, TEMPORAL_UI_URL } : { TEMPORAL_ADDRESS }
  },
  obtain: obtainTemporal,
  prepare: async (_context, { dataDir }) => {
    await mkdir(dataDir, { recursive: true, mode: 0o700 })
  },
  args: (_context, { dataDir, port, uiPort }) => [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--ui-port', String(uiPort)],
    ...['--db-filename', join(dataDir, 'temporal.db'), '--log-level', 'warn'],
    ...['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=full'],
    ...Object.entries(dynamicConfig).flatMap(([key, value]) => [
      '--dynamic-config-value',
      `${key}=${JSON.stringify(value)}`,
    ]),
  ],
  container: () => Promise.reject(new TypeError('Temporal has no container: it runs as a process.')),
  env: (_state, record) => ({
    TEMPORAL_ADDRESS: `127.0.0.1:${record.port}`,
    ...(record.kind === 'process' && record.uiPort !== null
      ? { TEMPORAL_UI_URL: `http://127.0.0.1:${record.uiPort}` }
      : {}),
  }),
  check: ({ TEMPORAL_ADDRESS = '' }) => describeServer(TEMPORAL_ADDRESS),
}

async function describeServer(address: string): Promise<string> {
  const connection = await Connection.connect({ address, connectTimeout: 3_000 })
  try {
    const call = connection.withDeadline(Date.now() + 5_000, async () => {
      await connection.workflowService.describeNamespace({ namespace: 'default' })
      return connection.workflowService.getSystemInfo({})
    })
    const { serverVersion } = await call
    return `Temporal ${serverVersion}`
  } finally {
    await connection.close()
  }
}
