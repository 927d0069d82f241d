import type { Logger } from 'pino'
import { createSandboxProvider } from 'seckill-payment/sandbox'
import { connectGateRedis, createGate } from 'seckill-store/gate'
import type { connectDatabase } from 'seckill-store/mysql'
import { serviceActivities } from 'seckill-workflows/activities'
import type { ServiceConfig } from './config.js'

/** The activities of a service, and the end of what they alone are connected to. */
interface OpenActivities {
  readonly activities: object
  close(): void
}

/** Makes the activities of a service; the gate is that of orders, and the provider that of payments. */
export function openActivities(
  config: ServiceConfig,
  db: ReturnType<typeof connectDatabase>,
  logger: Logger,
): OpenActivities {
  switch (config.service) {
    case 'order': {
      const redis = connectGateRedis(config.redisUrl)
      redis.on('error', (err) => logger.warn({ err }, 'the gate does not answer'))
      const activities = serviceActivities.order({ db, gate: createGate(redis) })
      return { activities, close: () => redis.disconnect() }
    }
    case 'payment': {
      const { extensionMs, returnUrl } = config.payment
      const payment = { provider: createSandboxProvider(config.payment), extensionMs, returnUrl }
      return { activities: serviceActivities.payment({ db, payment }), close: () => {} }
    }
    default:
      return { activities: serviceActivities[config.service]({ db }), close: () => {} }
  }
}
