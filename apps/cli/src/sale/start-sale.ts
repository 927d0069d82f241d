import { randomBytes } from 'node:crypto'
import { findRepositoryRoot, freePort, type ProcessExit, type Stack } from 'seckill-local-stack'
import { portOf } from 'seckill-process/ready-file'
import { type AccountUrls, makeAccounts, newAccountUrls } from 'seckill-store/mysql'
import { paymentEnvironments } from './payment-environments.js'
import { type RoleProcess, startRole } from './role-process.js'
import { portVariablesOf, type SaleRole, saleRoles, splitRoles } from './roles.js'

export interface SaleOptions {
  readonly stack: Stack
  /** The directory of the processes' logs and ready files. */
  readonly logDir: string
  /** Secret of the sale's own tokens; a new random one when not given. */
  readonly secret?: string
  /** The processes to start; all of them when not given. */
  readonly roles?: readonly SaleRole[]
  /** `true` runs each service apart, with an account and a barrier of its own. */
  readonly split?: boolean
  /** Further environment of one role's process. */
  readonly env?: Partial<Record<SaleRole, Readonly<Record<string, string>>>>
  readonly onProgress?: (line: string) => void
}

/** A process of the sale that exited without being stopped or killed through its {@link Sale}. */
export interface UnexpectedEnd {
  readonly role: SaleRole
  readonly logFile: string
}

/** The roles of a sale, running as processes of their own. */
export interface Sale {
  readonly api: { readonly url: string }
  readonly admin: { readonly url: string }
  /** The payment provider, with the key that tells it how to behave and the sale's own. */
  readonly provider: { readonly url: string; readonly adminKey: string; readonly apiKey: string }
  /** Signs and verifies this sale's tokens. */
  readonly secret: string
  /** The processes that were started. */
  readonly roles: readonly SaleRole[]
  /** The address of a running process's metrics. @throws Error when it was not started */
  metricsUrl(role: SaleRole): string
  /** Resolves when a process exits that was neither killed nor stopped through this object. */
  readonly died: Promise<UnexpectedEnd>
  /** Sends SIGKILL, and waits until the process has exited. */
  kill(role: SaleRole): Promise<void>
  /** Stops a process where it is, by SIGSTOP, until it is thawed or killed. */
  freeze(role: SaleRole): void
  thaw(role: SaleRole): void
  /** Sends SIGTERM, and SIGKILL after 25 s; resolves with how the process has ended. @throws Error when it was not started */
  terminate(role: SaleRole): Promise<ProcessExit>
  /** Starts the process again, on the ports it had. */
  restart(role: SaleRole): Promise<void>
  /** Ends all processes gracefully. */
  stop(): Promise<void>
}

/**
 * Starts the processes of a sale on free ports and waits until all serve.
 *
 * @throws Error with the last lines of a process that did not start; the others are stopped
 */
export async function startSale(options: SaleOptions): Promise<Sale> {
  const secret = options.secret ?? randomBytes(32).toString('base64url')
  // The provider calls the API, and the API calls the provider: both addresses are known before either starts.
  const [apiPort, providerPort] = [await freePort(), await freePort()]
  const payment = paymentEnvironments(options.stack, { provider: providerPort, api: apiPort })
  const accounts = options.split ? await makeNewAccounts(options.stack) : undefined
  const { stack, logDir } = options
  const launch = { root: findRepositoryRoot(), stack, logDir, secret, payment, accounts }
  const died = Promise.withResolvers<UnexpectedEnd>()
  const running = new Map<SaleRole, RoleProcess>()
  const ports = new Map<SaleRole, Readonly<Record<string, number>>>([
    ['api', { port: apiPort }],
    ['provider', { port: providerPort }],
  ])

  const start = async (role: SaleRole): Promise<void> => {
    const startedAt = performance.now()
    const env = options.env?.[role] ?? {}
    const started = await startRole(role, { ...launch, env, ports: ports.get(role) })
    running.set(role, started)
    ports.set(role, started.ports)
    void started.unexpectedEnd.then(() => died.resolve({ role, logFile: started.logFile }))
    options.onProgress?.(`${role} ready (${Math.round(performance.now() - startedAt)} ms)`)
  }
  const stop = async (): Promise<void> => {
    await Promise.all([...running.values()].map((started) => started.stop()))
    running.clear()
  }

  const roles = options.roles ?? (options.split ? splitRoles : saleRoles)
  const starts = await Promise.allSettled(roles.map(start))
  const failed = starts.find((result) => result.status === 'rejected')
  if (failed !== undefined) {
    await stop()
    throw failed.reason
  }
  const url = (name: string) => ({ url: `http://127.0.0.1:${portOf(ports.get('api') ?? {}, name)}` })
  return {
    api: url('port'),
    admin: url('adminPort'),
    provider: { url: payment.providerUrl, adminKey: payment.adminKey, apiKey: payment.apiKey },
    secret,
    roles,
    metricsUrl(role) {
      const [name = ''] = Object.keys(portVariablesOf(role))
      return `http://127.0.0.1:${portOf(ports.get(role) ?? {}, name)}/metrics`
    },
    died: died.promise,
    kill: async (role) => {
      await running.get(role)?.kill()
      running.delete(role)
    },
    freeze: (role) => running.get(role)?.freeze(),
    thaw: (role) => running.get(role)?.thaw(),
    async terminate(role) {
      const one = running.get(role)
      if (one === undefined) throw new Error(`The ${role} does not run.`)
      running.delete(role)
      return one.stop()
    },
    restart: async (role) => {
      await running.get(role)?.stop()
      await start(role)
    },
    stop,
  }
}

/** Makes the accounts of services that run apart, with new passwords. */
async function makeNewAccounts({ databaseMigrationUrl }: Stack): Promise<AccountUrls> {
  const urls = newAccountUrls(databaseMigrationUrl)
  await makeAccounts(databaseMigrationUrl, urls)
  return urls
}
