import { join } from 'node:path'
import type { StepService } from 'seckill-workflows'

/** The processes of a sale. */
export const saleRoles = ['provider', 'api', 'worker', 'notifier'] as const

/** The processes of services that run apart, and what each runs; of stock and orders there are two. */
const serviceRoles = {
  user: 'user',
  voucher: 'voucher',
  'stock-1': 'stock',
  'stock-2': 'stock',
  'order-1': 'order',
  'order-2': 'order',
  payment: 'payment',
} as const satisfies Readonly<Record<string, StepService>>

type ServiceRole = keyof typeof serviceRoles
export type SaleRole = (typeof saleRoles)[number] | ServiceRole

/** The processes of a sale whose services run apart. */
export const splitRoles: readonly SaleRole[] = [...saleRoles, ...(Object.keys(serviceRoles) as ServiceRole[])]

/** The service that a process runs the steps of; undefined for one that is no service apart. */
export function serviceOf(role: SaleRole): StepService | undefined {
  return Object.hasOwn(serviceRoles, role) ? serviceRoles[role as ServiceRole] : undefined
}

const folders: Readonly<Record<(typeof saleRoles)[number], string>> = {
  provider: 'provider',
  api: 'api',
  worker: 'workers',
  notifier: 'notifier',
}

/** The name of a role's job in Prometheus, which is that of the Compose file and of the alerts. */
export function jobOf(role: SaleRole): string {
  return `seckill-${serviceOf(role) ?? folders[role as (typeof saleRoles)[number]]}`
}

/** The built entry of a role's process. */
export function entryOf(root: string, role: SaleRole): string {
  if (serviceOf(role) !== undefined) return join(root, 'apps', folders.worker, 'dist', 'service', 'main.js')
  return join(root, 'apps', folders[role as (typeof saleRoles)[number]], 'dist', 'main.js')
}

/**
 * Flags of Node for processes that work in a rush. Left alone, V8 shrinks the heap of a process that was quiet, and keeps it small: in the
 * rush that follows it collects garbage three times a second (ADR 12).
 */
export const nodeFlags = ['--no-memory-reducer'] as const

/** The environment variables that pin a role's ports, by the name its ready file gives them. */
export function portVariablesOf(role: SaleRole): Readonly<Record<string, string>> {
  if (role === 'provider') return { port: 'PORT' }
  if (role === 'api') return { port: 'PORT', adminPort: 'ADMIN_PORT' }
  return { healthPort: 'HEALTH_PORT' }
}
