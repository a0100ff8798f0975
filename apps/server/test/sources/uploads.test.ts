import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sourceRules } from '@rollcall/admin-api'
import type { Reply } from '../admin/admin-harness.ts'
import { trimBatches } from '../../src/sources/uploads/trim-batches.ts'
import { createSourceHarness, peopleOf } from './source-harness.ts'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const badge = 'urn:contoso:employee'
const organization = '/api/v1/organizations/acme'

/** As Microsoft's own guide maps what is uploaded: externalId is the employee's number, and decides who it is. */
const bulkRules = sourceRules.parse({
  anchor: 'externalId',
  mappings: [
    { target: 'userName', kind: 'direct', source: 'userName' },
    { target: 'name.givenName', kind: 'direct', source: 'name.givenName' },
    { target: 'emails[type eq "work"].value', kind: 'direct', source: 'emails[type eq "work"].value' },
    { target: 'title', kind: 'direct', source: `${badge}:JobCode` },
    { target: `${enterprise}:employeeNumber`, kind: 'direct', source: 'externalId' },
    { target: `${enterprise}:department`, kind: 'direct', source: `${enterprise}:department` },
    { target: `${enterprise}:manager`, kind: 'reference', source: `${enterprise}:manager.value` },
  ],
  correlation: [[{ target: `${enterprise}:employeeNumber` }]],
  lifecycle: { active: '[active]' },
})

const harness = await createSourceHarness()
after(() => harness[Symbol.asyncDispose]())
const key = await createKey(['sources:upload', 'sources:read'])

type Body = Reply['body']

async function createKey(scopes: readonly string[], slug = 'acme'): Promise<string> {
  const made = await harness.send('POST', `/api/v1/organizations/${slug}/keys`, { body: { scopes } })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  return made.body.key
}

function employee(number: number, more: object = {}): Record<string, unknown> {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise, badge],
    externalId: `e${number}`,
    userName: `e${number}@bulk.test`,
    name: { givenName: `Given ${number}` },
    emails: [{ type: 'work', value: `e${number}@bulk.test`, primary: true }],
    [badge]: { JobCode: `J${number}` },
    [enterprise]: { department: 'Sales', manager: { value: 'e1' } },
    ...more,
  }
}

function bulkOf(users: readonly object[]): object {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations: users.map((data, index) => ({ method: 'POST', path: '/Users', bulkId: `b${index + 1}`, data })),
    failOnErrors: null,
  }
}

const scimType = { 'content-type': 'application/scim+json' }

function upload(
  path: string,
  body: unknown,
  options: { readonly key?: string | null; readonly headers?: object } = {},
) {
  return harness.send('POST', path, { body, key, ...options, headers: { ...scimType, ...options.headers } })
}

function graphPath(place: string, root = ''): string {
  const id = place.split('/').at(-1) ?? ''
  return `${root}/servicePrincipals/${id}/synchronization/jobs/${id}/bulkUpload`
}

const createBulk = (name: string) => harness.createSource(name, { place: { kind: 'upload' }, rules: bulkRules })

async function personOf(userName: string): Promise<Body> {
  const { body } = await harness.send(
    'GET',
    `${organization}/people?${new URLSearchParams({ search: userName, state: 'active,pending,suspended' })}`,
  )
  const [found] = body.data
  return found === undefined ? undefined : (await harness.send('GET', `${organization}/people/${found.id}`)).body
}

test('a bulk upload is answered with 202 and where its log is; matching decides, managers come by externalId, and the log tells each record', async () => {
  const place = await createBulk('HR')
  const answer = await upload(
    graphPath(place, '/graph/v1.0'),
    bulkOf([employee(2), employee(1), { userName: 'nobody' }]),
  )
  assert.equal(answer.status, 202, JSON.stringify(answer.body))
  assert.equal(answer.body, undefined)
  const log = new URL(answer.headers.get('location') ?? '').pathname
  assert.equal((await harness.send('GET', log)).body.data[0].situation, null)
  await harness.work()
  const person = await personOf('e2@bulk.test')
  assert.equal(person.attributes.title, 'J2')
  assert.equal(person.attributes.emails[0].value, 'e2@bulk.test')
  assert.equal(person.attributes[enterprise].department, 'Sales')
  const boss = await personOf('e1@bulk.test')
  assert.equal(person.attributes[enterprise].manager.value, boss.scimId ?? boss.id)
  const told = await harness.send('GET', log)
  assert.deepEqual(
    told.body.data.map((each: Body) => [each.place, each.anchor, each.situation, each.operation, each.errorReason]),
    [
      ['bulkId b1', 'e2', 'linked', 'create', null],
      ['bulkId b2', 'e1', 'linked', 'create', null],
      ['bulkId b3', null, null, null, 'anchorMissing'],
    ],
  )
  assert.equal(told.body.data[0].personId, person.id)
  const batch = await harness.send('GET', log.replace('/records', ''))
  assert.deepEqual([batch.body.state, batch.body.entries, batch.body.kind], ['done', 3, 'bulk'])
})

test('AC-E39: bulkUpload: at most 50 operations, application/scim+json, 202 and Location, 40 calls in 5 s and 6,000 in 24 h', async () => {
  for (const root of ['graph', 'api']) {
    const place = await createBulk(`E39 ${root}`)
    const path = root === 'graph' ? graphPath(place) : `${place}/bulk-upload`
    const codeOf = (reply: Reply) => (root === 'graph' ? reply.body.error.code : reply.body.code)
    const users = (count: number) => bulkOf(Array.from({ length: count }, (_, index) => employee(index + 1)))
    const tooMany = await upload(path, users(51))
    assert.deepEqual(
      [tooMany.status, codeOf(tooMany)],
      [400, root === 'graph' ? 'Request_BadRequest' : 'invalidRequest'],
    )
    const json = await upload(path, users(1), { headers: { 'content-type': 'application/json' } })
    assert.deepEqual([json.status, codeOf(json)], [400, root === 'graph' ? 'Request_BadRequest' : 'invalidRequest'])
    // Whoever lacks the scope, or comes without a key, is told so, and neither counts.
    const reader = await createKey(['sources:read'])
    assert.equal((await upload(path, users(1), { key: reader })).status, 403)
    assert.equal((await upload(path, users(1), { key: null })).status, 401)
    // One call, with 51 operations, is counted already.
    for (let call = 2; call <= 40; call++) {
      const answer = await upload(path, users(call === 2 ? 50 : 1))
      assert.equal(answer.status, 202, JSON.stringify(answer.body))
      assert.equal(answer.body, undefined)
      assert.match(
        answer.headers.get('location') ?? '',
        /\/api\/v1\/organizations\/acme\/source-batches\/sbt_\w+\/records$/,
      )
    }
    const refused = await upload(path, users(1))
    assert.deepEqual([refused.status, codeOf(refused)], [429, root === 'graph' ? 'TooManyRequests' : 'tooManyRequests'])
    assert.equal(refused.headers.get('retry-after'), '5')
    harness.application.clock.advance(5_000)
    assert.equal((await upload(path, users(1))).status, 202)
    // The rest of the day's 6,000, as if they had been made; 41 were.
    const { database } = harness.application
    const id = (await harness.send('GET', place)).body.id
    await database.query({ text: `update rate_windows set used = 5999 where name like 'bulk-day %' and used = 41` })
    assert.equal((await upload(path, users(1))).status, 202, id)
    const spent = await upload(path, users(1))
    assert.equal(spent.status, 429)
    assert.ok(Number(spent.headers.get('retry-after')) > 80_000)
    harness.application.clock.advance(24 * 3_600_000)
    assert.equal((await upload(path, users(1))).status, 202)
  }
})

test('what Microsoft Entra ID would refuse is refused with the place that is wrong, and nothing is kept of it', async () => {
  const place = await createBulk('refusals')
  const good = { method: 'POST', path: '/Users', bulkId: '1', data: employee(1) }
  const envelope = { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'] }
  for (const [body, field] of [
    [{ Operations: [good] }, 'schemas'],
    [{ ...envelope, Operations: [] }, 'Operations'],
    [{ ...envelope, Operations: [good], failOnErrors: 1 }, 'failOnErrors'],
    [{ ...envelope, Operations: [good, { ...good, bulkId: '2', method: 'PATCH' }] }, 'Operations/1/method'],
    [{ ...envelope, Operations: [{ ...good, path: '/Groups' }] }, 'Operations/0/path'],
    [{ ...envelope, Operations: [good, good] }, 'Operations/1/bulkId'],
    [{ ...envelope, Operations: [{ ...good, data: [] }] }, 'Operations/0/data'],
  ] as const) {
    const answer = await upload(`${place}/bulk-upload`, body)
    assert.equal(answer.status, 400)
    assert.equal(answer.body.errors[0].pointer, `/${field}`, JSON.stringify(answer.body))
  }
  assert.equal((await upload(`${place}/bulk-upload`, '{"schemas":[')).status, 400)
  assert.deepEqual((await harness.send('GET', `${place}/batches`)).body.data, [])
  const file = await harness.createSource('no uploads')
  assert.equal((await upload(`${file}/bulk-upload`, bulkOf([employee(1)]))).status, 409)
  const id = file.split('/').at(-1) ?? ''
  const other = `/servicePrincipals/${id}/synchronization/jobs/other/bulkUpload`
  assert.equal((await upload(other, bulkOf([employee(1)]))).status, 404)
})

test('the same bulk upload again changes nobody; active:false ends, a later one without active leaves it so, true brings back', async () => {
  const place = await createBulk('again')
  const send = async (...users: readonly object[]) => {
    assert.equal((await upload(`${place}/bulk-upload`, bulkOf(users))).status, 202)
    harness.application.clock.advance(10_000)
    await harness.work()
    return (await harness.send('GET', `${place}/reads`)).body.data[0]
  }
  const people = [employee(501), employee(502)]
  assert.equal((await send(...people)).counts.create, 2)
  const { version } = await personOf('e501@bulk.test')
  const again = await send(...people)
  assert.deepEqual(
    [again.state, again.counts.changed, again.counts.create, again.counts.update],
    ['done', 0, undefined, undefined],
  )
  assert.equal((await personOf('e501@bulk.test')).version, version)
  await send(employee(501, { active: false }))
  assert.equal((await personOf('e501@bulk.test')).state, 'suspended')
  await send(employee(501, { name: { givenName: 'Other' } }))
  assert.equal((await personOf('e501@bulk.test')).state, 'suspended')
  await send(employee(501, { active: true }))
  assert.equal((await personOf('e501@bulk.test')).state, 'active')
  // Who was not in an upload is not concerned.
  assert.equal((await personOf('e502@bulk.test')).state, 'active')
})

const nativePlace = { place: { kind: 'upload' } }

function push(
  place: string,
  content: readonly object[] | string,
  options: { readonly query?: string; readonly headers?: object } = {},
) {
  const isLines = typeof content === 'string'
  const headers = { 'content-type': isLines ? 'application/x-ndjson' : 'application/json', ...options.headers }
  const body = isLines ? content : { records: content }
  return harness.send('POST', `${place}/records${options.query ?? ''}`, { key, body, headers })
}

const toLines = (records: readonly object[]) => records.map((record) => `${JSON.stringify(record)}\n`).join('')

test('1,000 records in a request, and any number of lines: several uploads share a read, and what changed is all that changes', async () => {
  const place = await harness.createSource('native', nativePlace)
  const crew = peopleOf(3_600, (person, number) => ({ ...person, id: `n${number}`, mail: `n${number}@native.test` }))
  const first = await push(place, crew.slice(0, 1_000))
  assert.equal(first.status, 202, JSON.stringify(first.body))
  assert.deepEqual([first.body.state, first.body.entries], ['waiting', 1_000])
  assert.equal(new URL(first.headers.get('location') ?? '').pathname, `${organization}/source-batches/${first.body.id}`)
  assert.equal((await push(place, crew.slice(0, 1_001))).status, 400)
  const lines = await push(place, toLines(crew.slice(1_000)))
  assert.deepEqual([lines.status, lines.body.entries], [202, 2_600])
  await harness.work()
  const { body } = await harness.send('GET', `${place}/reads`)
  assert.equal(body.data.length, 1)
  assert.deepEqual([body.data[0].mode, body.data[0].state, body.data[0].counts.create], ['delta', 'done', 3_600])
  const changed = await harness.send('POST', `${place}/records`, {
    key,
    body: { records: [{ id: 'n1', mail: 'n1@native.test', name: 'Renamed', title: 'Lead' }], deleted: ['n2'] },
  })
  assert.equal(changed.body.entries, 2)
  assert.equal(
    (await push(place, '{"id":"n3","mail":"n3@native.test","name":"Line"}\n{"$delete":"n4"}\nno json\n')).status,
    202,
  )
  await harness.work()
  const read = (await harness.send('GET', `${place}/reads`)).body.data[0]
  assert.deepEqual([read.counts.changed, read.counts.deleted, read.counts.bad], [2, 2, 1])
  assert.equal((await personOf('n1@native.test')).attributes.displayName, 'Renamed')
  assert.equal((await personOf('n2@native.test')).state, 'suspended')
  assert.equal((await personOf('n4@native.test')).state, 'suspended')
  assert.equal((await personOf('n5@native.test')).state, 'active')
  const bad = await harness.send('GET', `${place}/escrow`)
  assert.deepEqual(
    bad.body.data.map((entry: Body) => [entry.place, entry.reason]),
    [['line 3', 'notAnObject']],
  )
})

test('lines that break off in their middle leave nothing behind; the same key and body is one upload', async () => {
  const place = await harness.createSource('broken lines', nativePlace)
  const cut = await push(place, '{"id":"c1","mail":"c1@cut.test","name":"C"}\n{"id":"c2","ma')
  assert.equal(cut.status, 400, JSON.stringify(cut.body))
  await harness.work()
  assert.deepEqual((await harness.send('GET', `${place}/reads`)).body.data, [])
  const headers = { 'idempotency-key': 'once', 'content-length': '45' }
  const send = (name: string) => push(place, `{"id":"c1","mail":"c1@cut.test","name":"${name}"}\n`, { headers })
  const [one, two] = [await send('C'), await send('C')]
  assert.deepEqual([one.status, two.status, two.body.id], [202, 202, one.body.id])
  assert.equal(two.headers.get('idempotency-replayed'), 'true')
  assert.equal((await send('D')).body.code, 'idempotencyMismatch')
  const wrongType = await harness.send('POST', `${place}/records`, {
    key,
    body: 'x',
    headers: { 'content-type': 'text/csv' },
  })
  assert.equal(wrongType.status, 415)
})

test('a session shows everybody: absent is whom two complete ones do not show; an open one holds nobody up', async () => {
  const guards = { shrinkPercent: 100, growPercent: 1_000, emptyPercent: 100, badPercent: 5, badMin: 20 }
  const place = await harness.createSource('sessions', { ...nativePlace, settings: { guards } })
  const crew = peopleOf(5, (person, number) => ({ ...person, id: `s${number}`, mail: `s${number}@session.test` }))
  const complete = async (people: readonly object[], entries?: number) => {
    const { body } = await harness.send('POST', `${place}/sessions`, { key })
    for (const person of people)
      assert.equal((await push(place, [person], { query: `?session=${body.id}` })).status, 202)
    const path = `${organization}/source-batches/${body.id}`
    const done = await harness.send('POST', `${path}/complete`, { key, body: { entries } })
    await harness.work()
    return { done, path }
  }
  assert.equal((await complete(crew, 5)).done.status, 202)
  const { path } = await complete(crew.slice(0, 4))
  assert.equal((await harness.send('GET', path)).body.state, 'done')
  assert.equal((await personOf('s5@session.test')).state, 'active')
  const open = (await harness.send('POST', `${place}/sessions`, { key })).body.id
  assert.equal((await push(place, toLines(crew.slice(0, 2)), { query: `?session=${open}` })).body.state, 'open')
  await complete(crew.slice(0, 4))
  assert.equal((await personOf('s5@session.test')).state, 'suspended')
  assert.equal((await personOf('s1@session.test')).state, 'active')
  const short = await harness.send('POST', `${organization}/source-batches/${open}/complete`, {
    key,
    body: { entries: 3 },
  })
  assert.deepEqual([short.status, short.body.detail], [409, '2 of 3 entries are here'])
  assert.equal(
    (await harness.send('POST', `${organization}/source-batches/${open}/cancel`, { key })).body.state,
    'cancelled',
  )
  assert.equal((await push(place, crew.slice(0, 1), { query: `?session=${open}` })).status, 409)
  // Whoever stays silent for six hours has broken off.
  const silent = (await harness.send('POST', `${place}/sessions`, { key })).body.id
  harness.application.clock.advance(7 * 3_600_000)
  await trimBatches(harness.application.database, harness.application.clock())
  assert.equal((await harness.send('GET', `${organization}/source-batches/${silent}`)).body.state, 'cancelled')
})

test('a paused source keeps what is uploaded: resumed it is read, and what waits can be forgotten instead', async () => {
  const place = await harness.createSource('paused', nativePlace)
  const waiting = peopleOf(1, (person) => ({ ...person, id: 'w1', mail: 'w1@paused.test' }))
  assert.equal((await harness.send('POST', `${place}/batches/forget`)).status, 409)
  await harness.send('POST', `${place}/pause`, { body: {} })
  await push(place, waiting)
  await harness.work()
  assert.equal(await personOf('w1@paused.test'), undefined)
  assert.deepEqual((await harness.send('POST', `${place}/batches/forget`)).body, { batches: 1 })
  await harness.send('POST', `${place}/resume`)
  await harness.work()
  assert.equal(await personOf('w1@paused.test'), undefined)
  await harness.send('POST', `${place}/pause`, { body: {} })
  const kept = await push(place, waiting)
  await harness.send('POST', `${place}/resume`)
  await harness.work()
  assert.equal((await personOf('w1@paused.test')).state, 'active')
  assert.equal((await harness.send('GET', `${organization}/source-batches/${kept.body.id}`)).body.state, 'done')
  // By hand all that is there is mapped anew; more than is uploaded nobody knows.
  assert.equal((await harness.read(place)).state, 'done')
  const full = await harness.send('POST', `${place}/reads`, { body: { mode: 'full' } })
  assert.equal(full.status, 409)
})
