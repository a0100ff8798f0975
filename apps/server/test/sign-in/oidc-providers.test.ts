import assert from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { refreshDescriptions } from '../../src/sign-in/refresh-descriptions.ts'
import { createAdminHarness, type AdminHarness, type Reply } from '../admin/admin-harness.ts'
import { startOpenIdProvider, type OpenIdProvider } from './openid-provider.ts'

const path = '/api/v1/organizations/acme/identity-providers'
let admin: AdminHarness
let key: string
let provider: OpenIdProvider
let strange: Server
let strangeIssuer: string
/** What the server that only tells tales answers. */
let told: unknown

before(async () => {
  provider = await startOpenIdProvider()
  strange = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(told))
  })
  await new Promise<void>((resolve) => strange.listen(0, '127.0.0.1', resolve))
  strangeIssuer = `http://127.0.0.1:${(strange.address() as AddressInfo).port}`
  admin = await createAdminHarness({ settings: { ROLLCALL_OUTBOUND_ALLOW: '127.0.0.0/8,::1/128' } })
  ;({ key } = await admin.createOrganization('acme'))
})
after(async () => {
  strange.close()
  await admin[Symbol.asyncDispose]()
  await provider[Symbol.asyncDispose]()
})

const send = (method: string, suffix: string, body?: unknown) =>
  admin.send(method, path + suffix, { key, ...(body !== undefined && { body }) })
const make = (oidc: object = {}, more: object = {}): Promise<Reply> => {
  const { issuer, clientId, clientSecret } = provider
  return send('POST', '', { type: 'oidc', oidc: { issuer, clientId, clientSecret, ...oidc }, ...more })
}

test('an identity provider is made by its issuer; what it says of itself is read, and the secret is never shown', async () => {
  const made = await make({}, { preset: 'keycloak' })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  assert.equal(made.body.name, 'Keycloak')
  assert.equal(made.body.saml, null)
  const { relyingParty, identityProvider, settings } = made.body.oidc
  assert.equal(identityProvider.tokenEndpoint, `${provider.issuer}/token`)
  assert.equal(identityProvider.endSessionEndpoint, `${provider.issuer}/session/end`)
  assert.match(relyingParty.redirectUri, /^https:\/\/rollcall\.test\/oidc\/org_\w+\/idp_\w+\/callback$/)
  assert.deepEqual(settings.scopes, ['openid', 'profile', 'email'])
  assert.equal(settings.claims.userName, 'preferred_username')
  assert.equal(settings.hasClientSecret, true)
  const { rows } = await admin.application.database.query<{ all: string }>({
    text: `select p::text || coalesce((select string_agg(c::text, '') from changes c where c.subject_id = p.id), '') as all
      from identity_providers p`,
  })
  assert.ok(!JSON.stringify(rows).includes(provider.clientSecret))
  assert.ok(!JSON.stringify((await send('GET', `/${made.body.id}`)).body).includes(provider.clientSecret))
  await send('DELETE', `/${made.body.id}`)
})

test('what is wrong with a discovery document is said exactly, and nothing is made', async () => {
  const sound = {
    issuer: strangeIssuer,
    authorization_endpoint: `${strangeIssuer}/a`,
    token_endpoint: `${strangeIssuer}/t`,
    jwks_uri: `${strangeIssuer}/k`,
  }
  const wrong: readonly (readonly [unknown, RegExp])[] = [
    [[], /no JSON object/],
    [{ ...sound, issuer: `${strangeIssuer}/` }, /to the letter, with or without the slash/],
    [{ ...sound, issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0' }, /tenant’s own id/],
    [{ ...sound, token_endpoint: undefined }, /no token_endpoint/],
    [{ ...sound, jwks_uri: 'javascript:alert(1)' }, /jwks_uri in the discovery document is no https address/],
    [{ ...sound, id_token_signing_alg_values_supported: ['none', 'HS256'] }, /signs ID tokens by none, HS256 only/],
    [{ ...sound, code_challenge_methods_supported: ['plain'] }, /PKCE with S256/],
  ]
  for (const [document, said] of wrong) {
    told = document
    const answer = await make({ issuer: strangeIssuer })
    assert.equal(answer.status, 400, JSON.stringify(answer.body))
    assert.equal(answer.body.errors[0].code, 'invalidDiscovery')
    assert.match(answer.body.detail, said)
  }
  const refused: readonly (readonly [object, RegExp])[] = [
    [{ issuer: 'http://8.8.8.8' }, /with TLS only/],
    [{ issuer: 'https://192.168.1.1' }, /no public address/],
    [{ issuer: `${provider.issuer}/x` }, /answered 404/],
    [{ clientSecret: undefined }, /needs the client secret/],
  ]
  for (const [oidc, said] of refused) assert.match((await make(oidc)).body.detail, said)
  assert.equal((await send('POST', '', { type: 'oidc' })).status, 400)
  assert.equal((await make({}, { preset: 'x' })).body.errors[0].code, 'invalidPreset')
  assert.equal((await send('GET', '?total=true')).body.total, 0)
})

test('a check asks the identity provider what a sign-in would ask it', async () => {
  const made = await make({}, { name: 'checked' })
  const check = async () => {
    const { body } = await send('POST', `/${made.body.id}/check`)
    return [body.works, ...body.checks.map(({ name, state }: Record<string, string>) => `${name} ${state}`)]
  }
  assert.deepEqual(await check(), [true, 'discovery passed', 'keys passed', 'client passed', 'logout passed'])
  const changed = await send('PATCH', `/${made.body.id}`, { oidc: { clientSecret: 'another one' } })
  assert.equal(changed.status, 200, JSON.stringify(changed.body))
  assert.deepEqual(await check(), [false, 'discovery passed', 'keys passed', 'client failed', 'logout passed'])
  const { body } = await send('POST', `/${made.body.id}/check`)
  assert.match(body.checks[2].detail, /invalid_client.*client_secret_basic/)
  await send('DELETE', `/${made.body.id}`)
})

test('the issuer stays, the type stays, and ten are the most', async () => {
  const made = await make({}, { name: 'one' })
  const one = `/${made.body.id}`
  assert.equal((await send('PATCH', one, { oidc: { issuer: 'https://other.example' } })).status, 400)
  const other = await send('PATCH', one, { saml: { idpInitiated: true } })
  assert.match(other.body.detail, /of type oidc/)
  assert.equal((await send('POST', `${one}/keys`, { step: 'publish' })).status, 400)
  const keyed = await send('PATCH', one, { oidc: { authentication: 'private_key_jwt', scopes: ['email'] } })
  assert.deepEqual(keyed.body.oidc.settings.scopes, ['openid', 'email'])
  for (let number = 2; number <= 10; number += 1)
    assert.equal((await make({}, { name: `number ${number}` })).status, 201)
  assert.match((await make({}, { name: 'eleven' })).body.detail, /at most 10 identity providers of OpenID Connect/)
})

test('what an identity provider says of itself is read again every day; what cannot be read changes nothing', async () => {
  const sound = {
    issuer: strangeIssuer,
    authorization_endpoint: `${strangeIssuer}/a`,
    token_endpoint: `${strangeIssuer}/t`,
    jwks_uri: `${strangeIssuer}/k`,
  }
  const { body: list } = await send('GET', '')
  for (const { id } of list.data) await send('DELETE', `/${id}`)
  told = sound
  const made = await make({ issuer: strangeIssuer }, { name: 'moving' })
  const { parts } = admin.application.application
  const refresh = async () => {
    admin.application.clock.advance(24 * 3_600_000)
    await refreshDescriptions(parts, admin.application.clock(), new AbortController().signal)
    return (await send('GET', `/${made.body.id}`)).body
  }
  const same = await refresh()
  assert.deepEqual([same.version, same.oidc.identityProvider.refreshError], [1, null])
  told = { ...sound, token_endpoint: `${strangeIssuer}/t2` }
  const moved = await refresh()
  assert.deepEqual([moved.version, moved.oidc.identityProvider.tokenEndpoint], [2, `${strangeIssuer}/t2`])
  told = { ...sound, issuer: 'https://evil.example' }
  const kept = await refresh()
  assert.equal(kept.oidc.identityProvider.tokenEndpoint, `${strangeIssuer}/t2`)
  assert.match(kept.oidc.identityProvider.refreshError, /evil\.example/)
})
