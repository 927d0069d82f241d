import * as openid from 'openid-client'

/** The terms with an OpenID provider, which signs users in for the pages. */
export interface SingleSignOnConfig {
  readonly issuer: string
  readonly clientId: string
  /** A client without a secret is public: PKCE alone binds its codes to the browser. */
  readonly clientSecret: string | undefined
  readonly scope: string
  /** The resource indicator by which the provider makes access tokens for this API (RFC 8707); undefined where it needs none. */
  readonly resource: string | undefined
  /** Origins of the pages, as browsers have them. */
  readonly origins: Readonly<Record<'shop' | 'console', string>>
}

/** A sign-in between the redirect to the provider and the return from there; its browser keeps it. */
export interface OpenSignIn {
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
}

/** The authorization code flow with PKCE (RFC 7636). */
export interface SingleSignOn extends Pick<SingleSignOnConfig, 'origins'> {
  /** Begins a sign-in: the provider's address to send the browser to. @throws the provider's error */
  begin(returnTo: string): Promise<{ readonly url: URL; readonly open: OpenSignIn }>
  /** Exchanges the code in the address that the browser returned to for the user's access token. @throws the provider's error */
  finish(returned: URL, open: OpenSignIn): Promise<string>
}

const timeoutSeconds = 5

/** Creates the flow of one client; the provider is discovered at the first sign-in, and again after a failure. */
export function createSingleSignOn(config: SingleSignOnConfig): SingleSignOn {
  const { clientId, scope, resource } = config
  let discovered: Promise<openid.Configuration> | undefined
  const provider = (): Promise<openid.Configuration> => {
    discovered ??= discover(config).catch((error: unknown) => {
      discovered = undefined
      throw error
    })
    return discovered
  }
  return {
    origins: config.origins,
    async begin(returnTo) {
      const open = {
        state: openid.randomState(),
        nonce: openid.randomNonce(),
        codeVerifier: openid.randomPKCECodeVerifier(),
      }
      const url = openid.buildAuthorizationUrl(await provider(), {
        client_id: clientId,
        redirect_uri: returnTo,
        scope,
        state: open.state,
        nonce: open.nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(open.codeVerifier),
        code_challenge_method: 'S256',
        ...(resource !== undefined && { resource }),
      })
      return { url, open }
    },
    async finish(returned, { state, nonce, codeVerifier }) {
      const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: codeVerifier }
      const { access_token } = await openid.authorizationCodeGrant(await provider(), returned, checks)
      return access_token
    },
  }
}

function discover({ issuer, clientId, clientSecret }: SingleSignOnConfig): Promise<openid.Configuration> {
  const url = new URL(issuer)
  const authentication = clientSecret === undefined ? openid.None() : openid.ClientSecretBasic(clientSecret)
  return openid.discovery(url, clientId, undefined, authentication, {
    timeout: timeoutSeconds,
    // An issuer with plain HTTP is one that the configuration names so.
    execute: url.protocol === 'http:' ? [openid.allowInsecureRequests] : [],
  })
}
