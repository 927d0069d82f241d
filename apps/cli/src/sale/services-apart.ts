import type { Stack } from 'seckill-local-stack'
import type { AccountUrls } from 'seckill-store/mysql'
import { stepServices } from 'seckill-workflows'
import type { PaymentEnvironments } from './payment-environments.js'
import { type SaleRole, serviceOf } from './roles.js'

/** The services that run apart in a sale that is split. */
export const servicesApart = stepServices

interface ServiceLaunch {
  readonly stack: Stack
  readonly accounts: AccountUrls
  readonly payment: PaymentEnvironments
}

/** The environment of a service that runs apart; undefined for another role. Only orders have the gate, and only payments the provider. */
export function environmentOfService(
  role: SaleRole,
  { stack, accounts, payment }: ServiceLaunch,
): Readonly<Record<string, string>> | undefined {
  const service = serviceOf(role)
  if (service === undefined) return undefined
  return {
    SERVICE: service,
    TEMPORAL_ADDRESS: stack.temporalAddress,
    DATABASE_URL: accounts[service],
    ...(service === 'order' && { REDIS_URL: stack.redisUrl }),
    ...(service === 'payment' && payment.sale),
  }
}
