import assert from 'node:assert/strict'
import { createAdminHarness, type AdminHarness, type Reply } from '../admin/admin-harness.ts'
import type { TestApplicationOptions } from '../harness/application.ts'
import { forgerClient, startForger, type Claims, type Forger } from './openid-forger.ts'

const home = 'https://rollcall.test'
/** The identity providers of the tests listen on this machine. */
export const outbound = { ROLLCALL_OUTBOUND_ALLOW: '127.0.0.0/8,::1/128' }

export type Begun = {
  readonly location: URL
  readonly state: string
  readonly nonce: string
  readonly cookie: string
}

/** An organization with an identity provider that the test makes say what it wants. */
export type OidcHarness = AsyncDisposable & {
  readonly admin: AdminHarness
  readonly key: string
  readonly forger: Forger
  /** As the admin API shows it. */
  readonly provider: Reply['body']
  api(method: string, path: string, body?: unknown): Promise<Reply>
  scim(method: string, path: string, body?: unknown): Promise<Reply>
  /** From the button to the identity provider. */
  begin(query?: string, cookie?: string): Promise<Begun>
  /** The browser comes back. */
  comeBack(parameters: Readonly<Record<string, string>>, cookie?: string, path?: string): Promise<Response>
  /** All of it: the ID token has these claims besides those that it must have. */
  signIn(claims: Claims, query?: string): Promise<Response>
  /** The code on the page, and what the tracer keeps. */
  refusal(response: Response): Promise<{ readonly code: string; readonly text: string; readonly detail: string }>
}

export async function createOidcHarness(
  settings: object = {},
  more: Claims = {},
  options: TestApplicationOptions = {},
): Promise<OidcHarness> {
  const admin = await createAdminHarness({ ...options, settings: outbound })
  const forger = await startForger(() => admin.application.clock(), more)
  const { key } = await admin.createOrganization('acme')
  const api: OidcHarness['api'] = (method, rest, body) =>
    admin.send(method, `/api/v1/organizations/acme${rest}`, { key, ...(body !== undefined && { body }) })
  const { issuer } = forger
  const oidc = { issuer, ...forgerClient, ...settings }
  const made = await api('POST', '/identity-providers', { type: 'oidc', oidc })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const { relyingParty } = made.body.oidc
  const { fetch } = admin.application

  const begin: OidcHarness['begin'] = async (query = '', cookie) => {
    const response = await fetch(relyingParty.signInUrl + query, { headers: cookie === undefined ? {} : { cookie } })
    assert.equal(response.status, 303, await response.text())
    const location = new URL(response.headers.get('location') ?? '')
    return {
      location,
      state: location.searchParams.get('state') ?? '',
      nonce: location.searchParams.get('nonce') ?? '',
      cookie: response.headers.getSetCookie()[0]?.split(';', 1)[0] ?? '',
    }
  }
  const comeBack: OidcHarness['comeBack'] = (parameters, cookie, path) => {
    const url = `${path ?? relyingParty.redirectUri}?${new URLSearchParams(parameters).toString()}`
    return fetch(url.replace(home, ''), { headers: cookie === undefined ? {} : { cookie } })
  }
  return {
    admin,
    key,
    forger,
    provider: made.body,
    api,
    scim: (method, rest, body) => admin.send(method, `/scim/v2${rest}`, { key, ...(body !== undefined && { body }) }),
    begin,
    comeBack,
    signIn: async (claims, query) => {
      const { state, nonce, cookie } = await begin(query)
      forger.idToken = await forger.sign({ nonce, ...claims })
      return comeBack({ state, code: 'c', iss: issuer }, cookie)
    },
    refusal: async (response) => {
      const text = await response.text()
      assert.equal(response.status, 403, text)
      const [, code = '', id = ''] = /<code>(\w+)<\/code> <code>(sif_\w+)<\/code>/.exec(text) ?? []
      const { body } = await api('GET', `/sign-in-failures/${id}`)
      assert.equal(body.code, code)
      return { code, text, detail: body.detail }
    },
    [Symbol.asyncDispose]: async () => {
      await admin[Symbol.asyncDispose]()
      await forger[Symbol.asyncDispose]()
    },
  }
}

/** The session of a browser that was signed in. */
export function sessionOf(response: Response): string {
  const cookie = response.headers.getSetCookie().find((text) => text.startsWith('__Host-rollcall_session='))
  assert.ok(cookie !== undefined, `no session: ${response.status}`)
  return cookie.split(';', 1)[0] ?? ''
}
