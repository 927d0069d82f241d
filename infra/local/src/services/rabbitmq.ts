import { Connection } from 'rabbitmq-client'
import { prepareRabbitmq, settingsFile } from './rabbitmq-files.js'
import { hasManagement, obtainRabbitmq } from './rabbitmq-programs.js'
import type { ServiceDriver } from './service-driver.js'

const connectTimeoutMs = 3_000
const user = 'seckill'

/** RabbitMQ with a node, a cookie and a data directory of its own; with its management page where that plugin is installed. */
export const rabbitmqDriver: ServiceDriver = {
  service: 'rabbitmq',
  title: 'RabbitMQ',
  stopGraceMs: 60_000,
  hasUi: true,
  given: ({ RABBITMQ_URL }) => (RABBITMQ_URL ? { RABBITMQ_URL } : undefined),
  obtain: obtainRabbitmq,
  prepare: (context, record) => prepareRabbitmq(context, record, user),
  // The last two mean nothing to Erlang: a process is recognised by the data directory in its command line.
  args: (_context, { dataDir }) => ['-noinput', '-seckill_data', dataDir],
  // The first one makes the script become the server, so that signals reach it.
  variables: (layout) => ({ RABBITMQ_ALLOW_INPUT: '1', RABBITMQ_CONF_ENV_FILE: settingsFile(layout) }),
  container: () => Promise.reject(new TypeError('RabbitMQ has no container: it runs as a process.')),
  env: ({ passwords }, record) => ({
    RABBITMQ_URL: `amqp://${user}:${passwords.app}@127.0.0.1:${record.port}`,
    ...(record.kind === 'process' && record.uiPort !== null && hasManagement(record.binary)
      ? { RABBITMQ_MANAGEMENT_URL: `http://127.0.0.1:${record.uiPort}` }
      : {}),
  }),
  check: ({ RABBITMQ_URL = '' }) => openChannel(RABBITMQ_URL),
}

/** A broker that is starting takes connections before it opens channels. */
async function openChannel(url: string): Promise<string> {
  const connection = new Connection({ url, acquireTimeout: connectTimeoutMs, connectionTimeout: connectTimeoutMs })
  let failure: unknown
  connection.on('error', (error: unknown) => {
    failure = error
  })
  try {
    const channel = await connection.acquire()
    await channel.close()
    await connection.close()
    return 'RabbitMQ'
  } catch (error) {
    throw failure ?? error
  } finally {
    connection.unsafeDestroy()
  }
}
