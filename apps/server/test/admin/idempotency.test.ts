import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { jobs } from '../../src/jobs.ts'
import { createAdminHarness, type AdminHarness, type Reply } from './admin-harness.ts'

let admin: AdminHarness
before(async () => {
  admin = await createAdminHarness()
})
after(() => admin[Symbol.asyncDispose]())

const path = '/api/v1/organizations'

function create(slug: string, key: string): Promise<Reply> {
  return admin.send('POST', path, { body: { slug }, headers: { 'idempotency-key': key } })
}

test('CON-D5: the same Idempotency-Key and body get the same answer for 24 hours, another body 422, one in flight 409', async () => {
  const first = await create('once', 'k-1')
  assert.equal(first.status, 201)
  assert.equal(first.headers.get('idempotency-replayed'), null)
  const second = await create('once', 'k-1')
  assert.deepEqual([second.status, second.body], [201, first.body])
  assert.equal(second.headers.get('idempotency-replayed'), 'true')
  for (const name of ['etag', 'location']) assert.equal(second.headers.get(name), first.headers.get(name))
  const other = await create('twice', 'k-1')
  assert.deepEqual([other.status, other.body.code], [422, 'idempotencyMismatch'])

  const race = await Promise.all(Array.from({ length: 8 }, () => create('race', 'k-race')))
  const codes = race.map(({ status, body }) => (status === 201 ? 'made' : body.code))
  assert.ok(codes.includes('made'))
  assert.deepEqual(
    codes.filter((code) => code !== 'made' && code !== 'idempotencyInFlight'),
    [],
  )
  const made = race.filter(({ status }) => status === 201)
  assert.equal(new Set(made.map(({ body }) => body.id)).size, 1)
  for (const { status, headers } of race) if (status === 409) assert.equal(headers.get('retry-after'), '1')

  admin.application.clock.advance(24 * 3600_000 + 1_000)
  const late = await create('once', 'k-1')
  assert.equal(late.body.code, 'conflict', 'a day later the key is a new one, and the slug is taken')
})

test('a refused request keeps no answer: the same key may try again when the reason is gone', async () => {
  assert.equal((await create('Wrong Slug', 'k-2')).status, 400)
  await create('taken', 'k-3')
  assert.equal((await create('taken', 'k-4')).status, 409)
  await admin.send('PATCH', `${path}/taken`, { body: { slug: 'moved' } })
  assert.equal((await create('taken', 'k-4')).status, 201)
})

test('keys of different callers and organizations do not meet', async () => {
  const one = await admin.createOrganization('one')
  const two = await admin.createOrganization('two')
  const headers = { 'idempotency-key': 'same' }
  const body = { name: 'robot' }
  const first = await admin.send('POST', `${path}/one/service-accounts`, { key: one.key, body, headers })
  const second = await admin.send('POST', `${path}/two/service-accounts`, { key: two.key, body, headers })
  assert.deepEqual([first.status, second.status], [201, 201])
  assert.notEqual(first.body.id, second.body.id)
  const byId = await admin.send('POST', `${path}/${one.id}/service-accounts`, { key: one.key, body, headers })
  assert.deepEqual(byId.body, first.body, 'by id or by slug it is the same request')
})

test('the answer that is kept holds the secret of a new key sealed, not in clear', async () => {
  await admin.createOrganization('sealed')
  const headers = { 'idempotency-key': 'k-secret' }
  const body = { scopes: ['scim'] }
  const first = await admin.send('POST', `${path}/sealed/keys`, { body, headers })
  const second = await admin.send('POST', `${path}/sealed/keys`, { body, headers })
  assert.equal(second.body.key, first.body.key)
  const { rows } = await admin.application.database.query<{ row: string }>({
    text: `select k::text as row from idempotency_keys k where key = 'k-secret'`,
  })
  assert.equal(rows.length, 1)
  assert.equal(rows[0]?.row.includes(first.body.key.slice(7, 30)), false)
})

test('a key left behind by a process that died is free again after a minute', async () => {
  const { database, clock } = admin.application
  await database.query(
    {
      text: `insert into idempotency_keys (organization_id, principal, key, fingerprint, created_at)
        select '00000000-0000-0000-0000-000000000000', 'instance_x', 'dead', '\\x00', $1`,
    },
    [clock()],
  )
  await database.query({
    text: `update idempotency_keys set principal = (select principal from idempotency_keys where key = 'k-2' or key = 'k-4' limit 1)
      where key = 'dead'`,
  })
  assert.equal((await create('revived', 'dead')).body.code, 'idempotencyMismatch')
  clock.advance(61_000)
  assert.equal((await create('revived', 'dead')).status, 201)
})

test('answers that are older than a day are removed by their job, younger ones stay', async () => {
  const job = jobs.find(({ name }) => name === 'trim-idempotency-keys')
  assert.ok(job !== undefined)
  const { database, clock } = admin.application
  const count = async (): Promise<number> => {
    const { rows } = await database.query<{ count: number }>({ text: 'select count(*) as count from idempotency_keys' })
    return rows[0]?.count ?? 0
  }
  clock.advance(25 * 3600_000)
  await create('young', 'k-young')
  assert.ok((await count()) > 1)
  await job.run(admin.application.application.parts, AbortSignal.timeout(5_000))
  assert.equal(await count(), 1)
})

test('an Idempotency-Key that is empty, too long or not ASCII is refused by name', async () => {
  for (const key of [' ', 'x'.repeat(201), 'a b']) {
    const refused = await create('never', key)
    assert.deepEqual([refused.status, refused.body.errors?.[0]?.pointer], [400, '/Idempotency-Key'], key)
  }
})
