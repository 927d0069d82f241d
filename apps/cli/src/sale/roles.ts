import { join } from 'node:path'

/** The processes of a sale. */
export const saleRoles = ['provider', 'api', 'worker', 'notifier'] as const
export type SaleRole = (typeof saleRoles)[number]

const folders: Readonly<Record<SaleRole, string>> = {
  provider: 'provider',
  api: 'api',
  worker: 'workers',
  notifier: 'notifier',
}

/** The built entry of a role's process. */
export function entryOf(root: string, role: SaleRole): string {
  return join(root, 'apps', folders[role], 'dist', 'main.js')
}

/**
 * Flags of Node for processes that work in a rush. Left alone, V8 shrinks the heap of a process that was quiet, and keeps it small: in the
 * rush that follows it collects garbage three times a second (ADR 12).
 */
export const nodeFlags = ['--no-memory-reducer'] as const

/** The environment variables that pin a role's ports, by the name its ready file gives them. */
export const portVariables: Readonly<Record<SaleRole, Readonly<Record<string, string>>>> = {
  provider: { port: 'PORT' },
  api: { port: 'PORT', adminPort: 'ADMIN_PORT' },
  worker: { healthPort: 'HEALTH_PORT' },
  notifier: { healthPort: 'HEALTH_PORT' },
}
