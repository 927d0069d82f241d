import type { RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { readOrMakeKeyFile } from 'seckill-certificate/keys'
import type { Sandbox } from 'seckill-payment/testing'
import { type TemporaryDatabase, temporaryDatabase } from 'seckill-store/testing'
import { createAdminApp } from '../src/admin-app.js'
import { createApp } from '../src/app.js'
import { readConfig } from '../src/config.js'
import { createDependencies, type Dependencies } from '../src/dependencies.js'
import { createHttpServer } from '../src/http/server.js'
import { createLogger } from '../src/traces/logger.js'
import { expectApiAt } from './described.js'
import { testSecret } from './tokens.js'

/** An API on free ports and its own database; it dispatches only with `start`. */
export interface ApiUnderTest {
  readonly url: string
  readonly adminUrl: string
  readonly database: TemporaryDatabase
  readonly dependencies: Dependencies
  close(): Promise<void>
}

type Environment = Readonly<Record<string, string>>

export interface ApiOptions {
  /** Shares the database of another API. */
  readonly database?: TemporaryDatabase
  /** Further variables, which may name the origins of both ports. */
  readonly env?: Environment | ((origins: Readonly<Record<'shop' | 'console', string>>) => Environment)
  /** The payment provider; without one its address has no server. */
  readonly sandbox?: Sandbox
  /** Starts dispatcher and tallies. */
  readonly start?: boolean
}

/** The keys of the installation that the tests of this folder are; production needs the file to be there. */
export const keysFile = fileURLToPath(new URL('../../../.vitest/api-installation-keys.json', import.meta.url))
readOrMakeKeyFile(keysFile)

/** The environment of an API in local mode on the test's servers. */
export function localEnvironment(databaseUrl: string): Record<string, string> {
  const { REDIS_URL, TEMPORAL_ADDRESS } = process.env
  if (REDIS_URL === undefined || TEMPORAL_ADDRESS === undefined) {
    throw new Error('REDIS_URL and TEMPORAL_ADDRESS are not set: they name the servers that the tests use.')
  }
  return {
    SECKILL_MODE: 'local',
    AUTH_LOCAL_SECRET: testSecret,
    REDIS_URL,
    TEMPORAL_ADDRESS,
    DATABASE_URL: databaseUrl,
    INSTALLATION_KEYS_FILE: keysFile,
    ...paymentEnvironment(noSandbox),
    LOG_LEVEL: 'silent',
  }
}

/** Port 9 discards what it gets; nothing listens on it here. */
const noSandbox: Sandbox['options'] = {
  url: 'http://127.0.0.1:9',
  apiKey: 'the key of no payment provider at all',
  webhookSecrets: [`whsec_${Buffer.from('a secret of these tests, 32 bytes').toString('base64')}`],
  callbackUrl: 'http://127.0.0.1:9/webhooks/payments',
  timeoutMs: 2_000,
}

function paymentEnvironment(options: Sandbox['options']): Record<string, string> {
  return {
    PAYMENT_PROVIDER_URL: options.url,
    PAYMENT_API_KEY: options.apiKey,
    PAYMENT_WEBHOOK_SECRETS: options.webhookSecrets.join(','),
    PAYMENT_CALLBACK_URL: options.callbackUrl,
    PAYMENT_RETURN_URL: 'http://shop.example/orders',
    PAYMENT_TIMEOUT_MS: String(options.timeoutMs),
  }
}

async function listen(app: RequestListener): Promise<Server> {
  const server = createHttpServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}

/** The provider's callbacks go to the address of the API, which is known before the API is made. */
export async function startApi(options: ApiOptions = {}): Promise<ApiUnderTest> {
  const database = options.database ?? (await temporaryDatabase())
  let app: RequestListener | undefined
  let adminApp: RequestListener | undefined
  const server = await listen((request, response) => app?.(request, response))
  const admin = await listen((request, response) => adminApp?.(request, response))
  const callbackUrl = `${urlOf(server)}/webhooks/payments`
  const payment = paymentEnvironment({ ...(options.sandbox?.options ?? noSandbox), callbackUrl })
  const env =
    typeof options.env === 'function' ? options.env({ shop: urlOf(server), console: urlOf(admin) }) : options.env
  const config = readConfig({ ...localEnvironment(database.url), ...payment, ...env })
  const dependencies = createDependencies(config, createLogger(config))
  app = createApp(dependencies)
  adminApp = createAdminApp(dependencies)
  if (options.start) dependencies.start()
  expectApiAt(urlOf(server), { name: 'public', page: dependencies.pages.shop })
  expectApiAt(urlOf(admin), { name: 'admin', page: dependencies.pages.console })
  return {
    url: urlOf(server),
    adminUrl: urlOf(admin),
    database,
    dependencies,
    async close() {
      dependencies.live.stop()
      await Promise.all([closed(server), closed(admin)])
      await dependencies.stop()
      if (options.database === undefined) await database.drop()
    },
  }
}
