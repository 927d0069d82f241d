import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'

/** The client of the pages under test. */
export const testClient = { id: 'seckill-pages', secret: 'a client secret of these tests' } as const
/** The audience of the access tokens. */
export const testAudience = 'urn:seckill:api'

/** An OpenID provider on a free port. Its pages sign in whoever gives a user id as login; the password is not looked at. */
export interface ProviderUnderTest {
  readonly issuer: string
  readonly jwksUrl: string
  /** The role in the access tokens of a user. */
  readonly roles: Map<string, string>
  /** Lets the client return to these pages; their origins are known late. */
  allow(returnAddresses: readonly string[]): void
  close(): Promise<void>
}

export async function startProvider(): Promise<ProviderUnderTest> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const roles = new Map<string, string>()
  return {
    issuer,
    jwksUrl: `${issuer}/jwks`,
    roles,
    allow(returnAddresses) {
      server.removeAllListeners('request')
      server.on('request', createProvider(issuer, roles, returnAddresses).callback())
    },
    close: () => closed(server),
  }
}

function createProvider(issuer: string, roles: ReadonlyMap<string, string>, redirectUris: readonly string[]): Provider {
  return new Provider(issuer, {
    clients: [{ client_id: testClient.id, client_secret: testClient.secret, redirect_uris: [...redirectUris] }],
    pkce: { required: () => true },
    features: {
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: () => ({ scope: '', audience: testAudience, accessTokenFormat: 'jwt' }),
        useGrantedResource: () => true,
      },
    },
    extraTokenClaims: (_context, token) => {
      const role = 'accountId' in token ? roles.get(String(token.accountId)) : undefined
      return role === undefined ? {} : { role }
    },
  })
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
