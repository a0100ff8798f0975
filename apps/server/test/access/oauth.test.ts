import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { trimAccessTokens } from '../../src/access/access-tokens.ts'
import { failuresPerWindowMax } from '../../src/access/failed-attempts.ts'
import { createKeyText } from '../../src/access/key-text.ts'
import { listRequests } from '../../src/audit/list-requests.ts'
import { batchDelayMs } from '../../src/audit/request-log.ts'
import { keyCacheMs } from '../../src/access/key-cache.ts'
import { revokeKey, type IssuedKey } from '../../src/access/keys.ts'
import { scimPrefixes } from '../../src/http/scim/mounts.ts'
import { formatTypeId } from '../../src/type-id.ts'
import {
  assertScimError,
  createTestProvisioning,
  scimInit,
  type ScimAnswer,
  type TestProvisioning,
  type TestTenant,
} from '../harness/provisioning.ts'

let server: TestProvisioning
let acme: TestTenant
let client: IssuedKey
before(async () => {
  server = await createTestProvisioning()
  acme = await server.createTenant('acme')
  client = await acme.createKey({ use: 'oauthClient', serviceAccount: 'okta' })
})
after(() => server.close())

const form = 'application/x-www-form-urlencoded'
const idOf = ({ key }: IssuedKey) => formatTypeId('key', key.id)

function ask(
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<ScimAnswer> {
  const body = new URLSearchParams(fields).toString()
  return server.send('/oauth/token', { method: 'POST', headers: { 'content-type': form, ...headers }, body })
}
const grant = (issued: IssuedKey = client) => ({
  grant_type: 'client_credentials',
  client_id: idOf(issued),
  client_secret: issued.secret,
})

test('a client gets a token for an hour (RFC 6749 §5.1), good on every SCIM mount, and no cache may keep it', async () => {
  const answer = await ask(grant())
  assert.equal(answer.status, 200)
  assert.deepEqual([answer.body.token_type, answer.body.expires_in, answer.body.scope], ['Bearer', 3600, 'scim'])
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  assert.match(answer.body.access_token, /^rc_tok_/)
  for (const prefix of scimPrefixes) {
    const path = `${prefix.replace(':slug', 'acme')}/Users`
    assert.equal((await server.send(path, scimInit('GET', { key: answer.body.access_token }))).status, 200, path)
  }
})

test('a client may authenticate by Basic (RFC 6749 §2.3.1), but not by both ways at once', async () => {
  const basic = `Basic ${Buffer.from(`${idOf(client)}:${client.secret}`).toString('base64')}`
  assert.equal((await ask({ grant_type: 'client_credentials' }, { authorization: basic })).status, 200)
  const both = await ask(grant(), { authorization: basic })
  assert.deepEqual([both.status, both.body.error], [401, 'invalid_client'])
})

test('what is wrong with a token request is said in the codes of RFC 6749 §5.2', async () => {
  const other = await acme.createKey({ use: 'oauthClient' })
  const bearer = await acme.createKey()
  const cases: readonly (readonly [Readonly<Record<string, string>>, number, string])[] = [
    [{}, 400, 'invalid_request'],
    [{ ...grant(), grant_type: 'password' }, 400, 'unsupported_grant_type'],
    [{ ...grant(), client_id: idOf(other) }, 401, 'invalid_client'],
    [{ ...grant(), client_secret: other.secret }, 401, 'invalid_client'],
    [{ ...grant(), client_secret: 'junk' }, 401, 'invalid_client'],
    [grant(bearer), 401, 'invalid_client'],
    [{ grant_type: 'client_credentials' }, 401, 'invalid_client'],
    [{ ...grant(), scope: 'organization:admin' }, 400, 'invalid_scope'],
    [{ ...grant(), scope: 'constructor' }, 400, 'invalid_scope'],
  ]
  for (const [fields, status, error] of cases) {
    const answer = await ask(fields)
    assert.deepEqual([answer.status, answer.body.error], [status, error], JSON.stringify(Object.keys(fields)))
    if (status === 401) assert.match(answer.headers.get('www-authenticate') ?? '', /^Basic/)
    assert.ok(!answer.text.includes(client.secret))
  }
  const twice = await server.send('/oauth/token', {
    method: 'POST',
    headers: { 'content-type': form },
    body: `${new URLSearchParams(grant()).toString()}&scope=scim&scope=scim`,
  })
  assert.deepEqual([twice.status, twice.body.error], [400, 'invalid_request'])
  for (const [type, body] of [
    ['application/json', '{}'],
    [form, 'x'.repeat(10_000)],
  ] as const)
    assert.equal(
      (await server.send('/oauth/token', { method: 'POST', headers: { 'content-type': type }, body })).status,
      400,
    )
  const get = await server.send('/oauth/token')
  assert.deepEqual([get.status, get.headers.get('allow')], [405, 'POST'])
})

test('a token may have less than its client, in the names that GitHub uses too', async () => {
  const wide = await acme.createKey({ use: 'oauthClient', scopes: ['admin:enterprise'] })
  const narrow = await ask({ ...grant(wide), scope: 'scim:enterprise' })
  assert.equal(narrow.body.scope, 'scim')
  assert.equal((await server.send('/scim/v2/Users', scimInit('GET', { key: narrow.body.access_token }))).status, 200)
})

test('a token ends after its hour, and with the secret that bought it, whichever comes first', async () => {
  const short = await acme.createKey({ use: 'oauthClient', expiresAt: new Date(server.clock().getTime() + 600_000) })
  assert.equal((await ask(grant(short))).body.expires_in, 600)
  const answer = await ask(grant())
  const use = () => server.send('/scim/v2/Users', scimInit('GET', { key: answer.body.access_token }))
  server.clock.advance(3_599_000)
  assert.equal((await use()).status, 200)
  server.clock.advance(1_000)
  assertScimError(await use(), 401)
})

test('token requests stand in the request log of the organization, refused ones too, without any secret', async () => {
  const tenant = await server.createTenant('logged')
  const issued = await tenant.createKey({ use: 'oauthClient' })
  const forged = createKeyText('cli', tenant.organization.shortId)
  await ask(grant(issued))
  await ask({ ...grant(issued), client_secret: forged })
  await sleep(batchDelayMs + 100)
  const { data } = await listRequests(server.database, tenant.organization.id, { limit: 10 })
  assert.deepEqual(
    data.map(({ method, path, status, detail, keyId }) => [method, path, status, detail, keyId]),
    [
      ['POST', '/oauth/token', 401, 'invalid_client', null],
      ['POST', '/oauth/token', 200, null, issued.key.id],
    ],
  )
  assert.ok(!JSON.stringify(data).includes('rc_cli_'))
})

test('whoever guesses client secrets gets 429 after 300 in a minute', async () => {
  await using fresh = await createTestProvisioning()
  const tenant = await fresh.createTenant('guessed')
  const body = new URLSearchParams({ ...grant(), client_secret: createKeyText('cli', tenant.organization.shortId) })
  const guess = () =>
    fresh.send('/oauth/token', { method: 'POST', headers: { 'content-type': form }, body: body.toString() })
  for (let n = 0; n < failuresPerWindowMax; n++) assert.equal((await guess()).status, 401)
  const blocked = await guess()
  assert.equal(blocked.status, 429)
  assert.ok(Number(blocked.headers.get('retry-after')) > 0)
})

test('several secrets of one service account live at once; revoking one ends its tokens and no others', async () => {
  const second = await acme.createKey({ use: 'oauthClient', serviceAccount: 'okta' })
  assert.equal(second.key.serviceAccountId, client.key.serviceAccountId)
  const tokens = [await ask(grant()), await ask(grant(second))].map((answer) => answer.body.access_token)
  const statuses = () =>
    Promise.all(tokens.map(async (key) => (await server.send('/scim/v2/Users', scimInit('GET', { key }))).status))
  assert.deepEqual(await statuses(), [200, 200])
  await revokeKey(server.database, server.call(), { organizationId: acme.organization.id, keyId: second.key.id })
  await sleep(keyCacheMs + 20)
  assert.deepEqual(await statuses(), [200, 401])
  assert.equal((await ask(grant(second))).status, 401)
})

test('ended tokens are forgotten by the work role, live ones are not', async () => {
  const count = async () => {
    const { rows } = await server.database.query<{ n: number }>({
      text: `select count(*)::int as n from keys where kind = 'tok'`,
    })
    return rows[0]?.n ?? 0
  }
  await ask(grant())
  const before = await count()
  assert.ok(before > 1)
  server.clock.advance(1_800_000)
  await ask(grant())
  server.clock.advance(1_800_001)
  await trimAccessTokens(server.database, server.clock())
  assert.equal(await count(), 1)
})
