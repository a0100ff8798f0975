import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { createTestProvisioning, scimInit, type ScimAnswer, type TestProvisioning } from '../harness/provisioning.ts'
import { startStopwatch } from '../harness/stopwatch.ts'
import { enterpriseUrn, groupUrn, inheritedNames, toGroup, toUser, userUrn } from './refusal.ts'

let server: TestProvisioning
/** Without a mass-change guard, which would sooner or later hold everything. */
let key: string
let ids: readonly string[]

const send = (method: string, path: string, body?: unknown, headers = {}): Promise<ScimAnswer> =>
  server.send(`/scim/v2${path}`, scimInit(method, { key, body, headers }))

before(async () => {
  server = await createTestProvisioning()
  const tenant = await server.createTenant('acme')
  key = (await tenant.createConnection({ settings: { guard: { enabled: false } } })).key
  const user = await send('POST', '/Users', toUser('base', { emails: [{ value: 'a@example.com', type: 'work' }] }))
  const group = await send('POST', '/Groups', toGroup('base', { members: [{ value: user.body.id }] }))
  ids = [user.body.id, group.body.id]
})
after(() => server.close())

const messages = 'urn:ietf:params:scim:api:messages:2.0'
const names = [
  ...[
    'schemas',
    'id',
    'externalId',
    'userName',
    'displayName',
    'name',
    'givenName',
    'emails',
    'value',
    'type',
    'primary',
  ],
  ...['active', 'password', 'groups', 'members', 'meta', 'created', 'roles', 'manager', '$ref', 'display', 'addresses'],
  ...[
    'Operations',
    'op',
    'path',
    'method',
    'bulkId',
    'data',
    'failOnErrors',
    'filter',
    'sortBy',
    'count',
    'startIndex',
  ],
  ...[
    'attributes',
    'excludedAttributes',
    'cursor',
    'sortOrder',
    'x509Certificates',
    'photos',
    'profileUrl',
    'department',
  ],
  ...[enterpriseUrn, userUrn, groupUrn, `${userUrn}:name.givenName`, 'name.familyName', 'emails[type eq "work"].value'],
  ...inheritedNames,
]
const strange = [
  '',
  ' ',
  '\0',
  '\ud800',
  '\u2028',
  'ß',
  'İ',
  '𝅘𝅥𝅮',
  'a'.repeat(500),
  '%',
  '%_',
  "'",
  '"',
  '\\',
  '--',
  '1e400',
  '-0',
  'true',
]
const words = [
  'add',
  'remove',
  'replace',
  'Add',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  '/Users',
  '/Groups',
  '/Bulk',
  'bulkId:a',
  'a',
]
const dates = ['2026-01-01T00:00:00Z', '0000-01-01T00:00:00+14:00', '9999-12-31T23:59:59Z', '2026-13-01T00:00:00Z']
const schemas = ['PatchOp', 'BulkRequest', 'SearchRequest', 'ListResponse', 'Error'].map(
  (name) => `${messages}:${name}`,
)

const text = fc.oneof(
  { arbitrary: fc.constantFrom(...names), weight: 3 },
  { arbitrary: fc.constantFrom(...words, ...dates, ...schemas), weight: 3 },
  { arbitrary: fc.constantFrom(...strange), weight: 2 },
  { arbitrary: fc.nat(1).map((n) => ids[n] ?? ''), weight: 2 },
  { arbitrary: fc.string({ unit: 'binary', maxLength: 30 }), weight: 1 },
)
const scalar = fc.oneof(text, text, fc.boolean(), fc.constant(null), fc.integer(), fc.double({ noNaN: true }))
const json = fc.letrec<{ value: unknown; object: object }>((tie) => ({
  value: fc.oneof({ maxDepth: 5, depthSize: 'small' }, scalar, fc.array(tie('value'), { maxLength: 4 }), tie('object')),
  object: fc.dictionary(fc.constantFrom(...names), tie('value'), { maxKeys: 6 }),
}))

/** Text in the alphabet of the filter's grammar, mostly wrong. */
const filter = fc
  .array(
    fc.oneof(
      fc.constantFrom(...names),
      fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'pr', 'gt', 'ge', 'lt', 'le', 'and', 'or', 'not', 'EQ'),
      fc.constantFrom('(', ')', '[', ']', '.', ':', '"', 'true', 'false', 'null', '1', '-1.5e3', '1e400'),
      fc.oneof(text, fc.constantFrom(...dates)).map((value) => JSON.stringify(value)),
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(' '))
/** Filters of the right form, about any attribute and any value. */
const comparison = fc
  .tuple(fc.constantFrom(...names), fc.constantFrom('eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'), scalar)
  .map(([name, operator, value]) => `${name} ${operator} ${JSON.stringify(value)}`)
const soundFilter = fc
  .array(fc.tuple(comparison, fc.constantFrom(' and ', ' or ', ' and not ')), { minLength: 1, maxLength: 4 })
  .map((parts) => parts.map(([each, join]) => `(${each})${join}`).join('') + parts[0]?.[0])

const operations = fc.array(
  fc.record(
    {
      op: fc.oneof({ arbitrary: fc.constantFrom('add', 'remove', 'replace'), weight: 9 }, json.value),
      path: fc.oneof(
        fc.constantFrom(...names),
        fc.tuple(fc.constantFrom('emails', 'members', 'roles'), comparison).map(([name, each]) => `${name}[${each}]`),
        text,
        filter,
      ),
      value: json.value,
    },
    { requiredKeys: ['op'] },
  ),
  { maxLength: 5 },
)
const bulk = fc.array(
  fc.record(
    {
      method: fc.constantFrom('POST', 'PUT', 'PATCH', 'DELETE', 'GET', '__proto__'),
      path: fc.oneof(
        fc.constantFrom('/Users', '/Groups', '/Bulk', 'Users'),
        fc.nat(1).map((n) => `/Users/${ids[n]}`),
        text,
      ),
      bulkId: fc.oneof(fc.constantFrom('a', 'b'), text),
      data: fc.oneof(
        json.object,
        operations.map((each) => ({ schemas: [`${messages}:PatchOp`], Operations: each })),
      ),
    },
    { requiredKeys: ['method'] },
  ),
  { maxLength: 4 },
)

const userBody = fc
  .tuple(
    fc.record({ userName: fc.oneof(fc.uuid(), text), displayName: text, active: scalar }),
    fc.oneof(fc.constant({}), json.object),
  )
  .map(([user, more]) => ({ schemas: [userUrn], ...user, ...more }))
const groupBody = fc
  .tuple(
    fc.oneof(fc.uuid(), text),
    fc.oneof(
      fc.constant([]),
      fc.nat(1).map((n) => [{ value: ids[n] }]),
      json.value,
    ),
  )
  .map(([displayName, members]) => ({ schemas: [groupUrn], displayName, members }))
const patchBody = operations.map((each) => ({ schemas: [`${messages}:PatchOp`], Operations: each }))
const bulkBody = bulk.map((each) => ({ schemas: [`${messages}:BulkRequest`], Operations: each }))
const searchKeys = {
  filter: fc.oneof(filter, soundFilter),
  sortBy: text,
  count: scalar,
  startIndex: scalar,
  attributes: json.value,
}
const searchBody = fc
  .record(searchKeys, { requiredKeys: [] })
  .map((search) => ({ schemas: [`${messages}:SearchRequest`], ...search }))
const anyBody = fc.oneof(json.object, userBody, groupBody, patchBody, bulkBody, searchBody)

/** The JSON text of a body, sometimes with something cut out, put in or left off. */
function toText(body: fc.Arbitrary<object>): fc.Arbitrary<string> {
  const piece = fc.constantFrom(...strange, '{', '}', '[', ',', ':', '"a":1,')
  return fc.tuple(body, fc.nat(19), fc.nat(), piece).map(([value, kind, at, inserted]) => {
    const written = JSON.stringify(value)
    const position = at % (written.length + 1)
    if (kind === 0) return written.slice(0, position)
    if (kind === 1) return written.slice(0, position) + inserted + written.slice(position)
    if (kind === 2) return written.slice(0, position) + written.slice(position + 1)
    return written
  })
}

const resource = fc.nat(1).map((n) => `/${n === 0 ? 'Users' : 'Groups'}/${ids[n]}`)
const path = fc.oneof(
  {
    arbitrary: fc.constantFrom(
      '/Users',
      '/Groups',
      '/Bulk',
      '/.search',
      '/Users/.search',
      '/Groups/.search',
      '/Me',
      '',
      '/',
      '/Schemas',
    ),
    weight: 4,
  },
  { arbitrary: fc.nat(1).map((n) => `/${n === 0 ? 'Users' : 'Groups'}/${ids[n]}`), weight: 5 },
  { arbitrary: text.map((id) => `/Users/${encodeURIComponent(id.toWellFormed())}`), weight: 1 },
  {
    arbitrary: fc
      .array(text, { maxLength: 4 })
      .map((parts) => `/${parts.map((part) => encodeURIComponent(part.toWellFormed())).join('/')}`),
    weight: 1,
  },
)
const query = fc
  .record(
    {
      filter: fc.oneof(filter, soundFilter),
      sortBy: text,
      sortOrder: fc.constantFrom('ascending', 'descending', 'x'),
      attributes: text,
      excludedAttributes: text,
      count: fc.oneof(fc.integer().map(String), text),
      startIndex: fc.oneof(fc.integer().map(String), text),
      cursor: text,
    },
    { requiredKeys: [] },
  )
  .map((parameters) => {
    const written = Object.entries(parameters).map(
      ([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`,
    )
    return written.length === 0 ? '' : `?${written.join('&')}`
  })
const headers = fc.record(
  {
    'if-match': fc.constantFrom('*', 'W/"1"', '"x"', ',', 'W/'),
    'if-none-match': fc.constantFrom('*', 'W/"1"', '""'),
    'content-type': fc.constantFrom('application/json', 'text/plain', 'application/scim+json; charset=utf-8'),
    accept: fc.constantFrom('*/*', 'text/html', 'application/json'),
  },
  { requiredKeys: [] },
)
const someHeaders = fc.oneof({ arbitrary: fc.constant({}), weight: 9 }, { arbitrary: headers, weight: 1 })
const noQuery: fc.Arbitrary<string> = fc.constant('')
const noText = noQuery

/** One kind of request: what it is sent to, with which body. */
function kind(method: string, to: fc.Arbitrary<string>, bodyText: fc.Arbitrary<string>, asked = noQuery) {
  return fc.record({ method: fc.constant(method), path: to, query: asked, bodyText, headers: someHeaders })
}

const request = fc.oneof(
  kind('PATCH', resource, toText(patchBody)),
  kind('POST', fc.constant('/Users'), toText(userBody)),
  kind('POST', fc.constant('/Groups'), toText(groupBody)),
  kind('PUT', resource, toText(fc.oneof(userBody, groupBody))),
  kind('POST', fc.constant('/Bulk'), toText(bulkBody)),
  kind('POST', fc.constantFrom('/.search', '/Users/.search', '/Groups/.search'), toText(searchBody)),
  kind('GET', fc.constantFrom('/Users', '/Groups', '', '/Schemas'), noText, query),
  kind('GET', resource, noText, query),
  fc.record({
    method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
    path,
    query: fc.oneof(noQuery, query),
    bodyText: toText(anyBody),
    headers: someHeaders,
  }),
)

// What the service may answer with; 403 is a filter on discovery (RFC 7644 §4), 501 /Me without a person.
const declared = new Set([200, 201, 204, 304, 400, 403, 404, 405, 406, 409, 412, 413, 414, 415, 501])
const boundMs = 10_000

test('thousands of requests made at random get a declared status as SCIM JSON, soon, and the service lives on', async () => {
  const seen = new Map<number, number>()
  const check = async ({
    method,
    path: at,
    query: asked,
    bodyText: raw,
    headers: more,
  }: typeof request extends fc.Arbitrary<infer T> ? T : never) => {
    // The two that everything is about stay, or there would be nothing left to try things on.
    const deleted = method === 'DELETE' ? at : raw.includes('"DELETE"') ? raw : ''
    if (ids.some((id) => deleted.includes(id))) return
    const body = method === 'GET' || method === 'DELETE' ? undefined : raw
    const workMs = startStopwatch()
    const answer = await send(method, at + asked, body, more)
    const what = `${method} ${at}${asked} ${raw}\n→ ${answer.status} ${answer.text}`
    assert.ok(workMs() < boundMs, what)
    assert.ok(declared.has(answer.status), what)
    assert.doesNotMatch(answer.text, /"status":"5(?!01)/, what)
    if (answer.text !== '') assert.equal(answer.headers.get('content-type'), 'application/scim+json', what)
    if (answer.status >= 400) {
      assert.equal(answer.body.status, String(answer.status), what)
      assert.deepEqual(answer.body.schemas, [`${messages}:Error`], what)
      assert.ok(answer.body.detail.length > 0 && answer.body.detail.length < 2_000, what)
    }
    seen.set(answer.status, (seen.get(answer.status) ?? 0) + 1)
  }
  const numRuns = Number(process.env['FUZZ_RUNS'] ?? 3_000)
  await fc.assert(fc.asyncProperty(request, check), {
    numRuns,
    ...(process.env['FUZZ_SEED'] && { seed: Number(process.env['FUZZ_SEED']) }),
  })
  for (const status of [200, 400, 404])
    assert.ok((seen.get(status) ?? 0) > 20, `${status} came ${seen.get(status)} times`)
  for (const [index, id] of ids.entries())
    assert.equal((await send('GET', `/${index === 0 ? 'Users' : 'Groups'}/${id}`)).status, 200)
  const polluted: string[] = []
  for (const key in {}) polluted.push(key)
  assert.deepEqual(polluted, [])
})
