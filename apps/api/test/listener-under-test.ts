import { type IncomingHttpHeaders, type RequestListener, request } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { SignJWT } from 'jose'
import { pino } from 'pino'
import { z } from 'zod'
import { createIdentify } from '../src/auth/authenticate.js'
import { sessionCookies } from '../src/auth/credential.js'
import { createTokenVerifier, localAudience, localIssuer } from '../src/auth/token-verifier.js'
import { createHttpServer, type RequestLimits } from '../src/http/server.js'
import { createMetrics } from '../src/observe/metrics.js'
import { createProtection } from '../src/protection/protection.js'
import { protectionConfigOf, protectionVariables } from '../src/protection/protection-variables.js'
import { createPurchaseTokens } from '../src/protection/purchase-token/purchase-tokens.js'
import type { AssessRisk } from '../src/protection/risk.js'
import type { Accepted, PurchaseRequest } from '../src/purchases/admission.js'
import { createCampaignBook } from '../src/purchases/campaign-book.js'
import { createKnownBuyers } from '../src/purchases/known-buyers.js'
import { purchaseListener } from '../src/purchases/purchase-listener.js'
import type { SignedPromise } from '../src/purchases/receipts.js'
import { createSoldOutMemory } from '../src/purchases/sold-out-memory.js'

export const purchasePath = '/api/v1/vouchers/7/purchases'
export const testSecret = 'a secret of these tests only, 32 bytes or more'

/** The promise of the gate behind the listener. */
export const signed: SignedPromise = {
  promised: {
    traceId: `7-${'a'.repeat(26)}`,
    userId: 2,
    voucherId: 7,
    units: 2,
    priceMinor: 1_980,
    currency: 'CNY',
    termsVersion: 3,
    seq: 1,
    admittedAt: 1_764_000_000_000,
  },
  receipt: 'r1.abcdefgh.abcdefghijklmnopqrstuvwx',
}

/** The purchase tokens of the listener. */
export const testTokens = createPurchaseTokens([Buffer.from(testSecret).toString('base64url')])

/** The verifier of the tests' tokens. */
export const verifyToken = createTokenVerifier({ kind: 'local', secret: testSecret })

export async function bearer(userId: number) {
  const token = new SignJWT().setProtectedHeader({ alg: 'HS256' }).setSubject(String(userId)).setExpirationTime('1h')
  const signed = await token.setIssuer(localIssuer).setAudience(localAudience).sign(Buffer.from(testSecret))
  return { authorization: `Bearer ${signed}` }
}

export interface Asked {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

export interface Answer {
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

interface ServerOptions {
  /** The app behind the listener; by default it answers `the app`. */
  readonly app?: RequestListener
  readonly limits?: RequestLimits
  /** Variables of the protections, beside the defaults of local mode. */
  readonly protection?: Readonly<Record<string, string>>
  /** By default it allows every purchase. */
  readonly assessRisk?: AssessRisk
}

const theApp: RequestListener = (_request, response) => response.end('the app')

/** The listener on its own port, in front of an app, with a gate that admits every request. */
export async function startListener(
  maxInFlight = 100,
  { app = theApp, limits, protection: variables = {}, assessRisk = () => 'allow' }: ServerOptions = {},
) {
  const admitted: PurchaseRequest[] = []
  const counted: string[] = []
  const logged: string[] = []
  let held: Promise<void> = Promise.resolve()
  const buyers = createKnownBuyers({ buyers: async () => ({ userIds: [], end: { epoch: '', count: 0 } }) })
  const soldOutMemory = createSoldOutMemory(buyers, () => 0)
  const metrics = createMetrics()
  const campaigns = createCampaignBook(async () => [])
  const protection = createProtection({
    config: protectionConfigOf(z.object(protectionVariables('local')).parse(variables)),
    assessRisk,
    tokens: testTokens,
    registry: metrics.registry,
  })
  const dependencies = {
    protection,
    identify: createIdentify(verifyToken, sessionCookies.shop),
    soldOutMemory,
    campaigns,
    durability: () => 'always' as const,
    tallies: { count: (voucherId: number, result: string) => void counted.push(`${voucherId} ${result}`) },
    metrics: metrics.purchases,
    maxInFlight,
    onAccepted: undefined,
    logger: pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) }),
    async admit(asked: PurchaseRequest): Promise<Accepted> {
      admitted.push(asked)
      await held
      return { traceId: `${asked.voucherId}-${'a'.repeat(26)}`, replayed: false, signed }
    },
  }
  const server = await startServer(purchaseListener(dependencies, app), limits)

  return {
    admitted,
    counted,
    logged,
    /** The gate says that so many units are sold out. */
    async sellOut(voucherId: number, quantity: number): Promise<void> {
      soldOutMemory.remember(voucherId, quantity)
      await new Promise(setImmediate)
    },
    soldOutMemory,
    metrics,
    /** Holds back the gate's answers until the returned function is called. */
    hold(): () => void {
      const { promise, resolve } = Promise.withResolvers<void>()
      held = promise
      return resolve
    },
    ...server,
    close(): void {
      protection.stop()
      server.close()
    },
  }
}

/** Serves `app` on its own port, with the two ways in which tests send requests. */
export async function startServer(app: RequestListener, limits?: RequestLimits) {
  const server = createHttpServer(app, limits)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    ask({ method = 'POST', path = purchasePath, headers = {}, body }: Asked): Promise<Answer> {
      const sent = request({ host: '127.0.0.1', port, method, path, headers })
      sent.end(body)
      return new Promise((resolve, reject) => {
        sent.on('error', reject)
        sent.on('response', async (response) => {
          resolve({ status: response.statusCode, headers: response.headers, text: await text(response) })
        })
      })
    },
    /** A connection for requests sent in pieces. */
    async connect(): Promise<Socket> {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      await new Promise<void>((resolve) => socket.once('connect', resolve))
      return socket
    },
    close(): void {
      server.closeAllConnections()
      server.close()
    },
  }
}
