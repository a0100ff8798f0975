import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createInstanceKey } from '../../src/access/instance-keys.ts'
import {
  createTestProvisioning,
  type ScimAnswer,
  type TestProvisioning,
  type TestTenant,
} from '../harness/provisioning.ts'
import { readState } from './refusal.ts'

let server: TestProvisioning
let acme: TestTenant
let key: string
before(async () => {
  server = await createTestProvisioning()
  acme = await server.createTenant('acme')
  key = await createInstanceKey(server.database, { name: 'test', now: server.clock() })
})
after(() => server.close())

const send = (method: string, path: string, body?: string): Promise<ScimAnswer> =>
  server.send(`/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body }),
  })

const organization = '/organizations/acme'
const attribute = { name: 'a', description: 'An attribute' }

/** Bodies with the text at every place where one may be written. */
function bodiesWith(text: string): readonly (readonly [string, string, object])[] {
  const use = { kind: 'extension', resourceType: 'User', required: false }
  const schema = { id: 'urn:example:a', name: 'A', description: 'A schema', attributes: [attribute] }
  return [
    ['POST', '/organizations', { slug: 'other', name: text }],
    ['PATCH', organization, { name: text }],
    ['POST', `${organization}/connections`, { type: 'scim', name: text }],
    ['POST', `${organization}/connections`, { type: 'scim', name: 'a', settings: { [text]: text } }],
    ['POST', `${organization}/keys`, { scopes: ['scim'], name: text }],
    ['POST', `${organization}/keys`, { scopes: [text] }],
    ['POST', `${organization}/service-accounts`, { name: text }],
    ['POST', `${organization}/schemas`, { use, schema: { ...schema, description: text } }],
    [
      'POST',
      `${organization}/schemas`,
      { use, schema: { ...schema, attributes: [{ ...attribute, description: text }] } },
    ],
  ]
}

test('texts with U+0000 or half a surrogate pair are 400 in every body of the admin API, and change nothing', async () => {
  const state = await readState(server.database)
  for (const text of ['a\0b', 'a\ud800b', '\udc00\ud800'])
    for (const [method, path, body] of bodiesWith(text)) {
      const answer = await send(method, path, JSON.stringify(body))
      assert.equal(answer.status, 400, `${method} ${path} ${JSON.stringify(body)} ${answer.text}`)
      assert.equal(answer.headers.get('content-type'), 'application/problem+json')
    }
  assert.equal(await readState(server.database), state)
  const well = await send('POST', `${organization}/connections`, '{"type":"scim","name":"\\ud83d\\ude00"}')
  assert.equal(well.status, 201, well.text)
})

test('malformed, nested and overlong bodies and parameters of the admin API are refused, never 500', async () => {
  for (const body of [
    '',
    '{',
    '[',
    'null',
    '5',
    '[]',
    '{'.repeat(100_000),
    '['.repeat(100_000),
    '{"slug":1e400}',
    '{"slug":null}',
  ]) {
    const answer = await send('POST', '/organizations', body)
    assert.equal(answer.status, 400, `${body.slice(0, 20)} ${answer.text}`)
  }
  const nested = `{"type":"scim","name":"a","settings":${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}}`
  assert.match(String((await send('POST', `${organization}/connections`, nested)).status), /^4\d\d$/)
  for (const query of [
    'resource=a%00b',
    'limit=1e9',
    'limit=-1',
    'limit=NaN',
    'since=2026-13-01',
    'cursor=%00',
    'cursor=x',
    'status=%00',
  ])
    assert.equal((await send('GET', `${organization}/requests?${query}`)).status, 400, query)
  for (const name of ['%00', 'a%00', '%ff', '__proto__', 'x'.repeat(10_000), acme.organization.id])
    assert.match(String((await send('GET', `/organizations/${name}/keys`)).status), /^(?:404|200)$/, name)
})
