import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { countRoundTrips } from '../harness/database.ts'
import { createTestProvisioning, type TestTenant } from '../harness/provisioning.ts'

// People who are created at the same time share a statement and a commit (directory/gathered-users.ts).
const server = await createTestProvisioning()
after(() => server.close())
const { database } = server

const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User'
const person = (userName: string, more: object = {}) => ({ schemas: [userSchema], userName, ...more })

async function createAll(tenant: TestTenant, people: readonly object[]) {
  return Promise.all(
    people.map((body, index) => tenant.scim('POST', '/Users', body, { 'x-request-id': `asked-${index}` })),
  )
}

async function changesOf(tenant: TestTenant) {
  const text = `select c.request_id as "requestId", u.user_name_key as name, c.actor, c.connection_id as "connectionId", c.data
    from changes c join users u on u.organization_id = c.organization_id and u.id = c.subject_id
    where c.organization_id = $1 and c.action = 'user.created' order by c.position`
  type Row = { requestId: string; name: string; actor: string; connectionId: string; data: { via: string } }
  return (await database.query<Row>({ text }, [tenant.organization.id])).rows
}

test('people who come at once are created in few statements, each with the change of its own request', async () => {
  const tenant = await server.createTenant('together')
  const names = Array.from({ length: 60 }, (_, n) => `p${n}@example.com`)
  await tenant.scim('GET', '/Users')
  let answers: Awaited<ReturnType<typeof createAll>> = []
  const trips = await countRoundTrips(database, async () => {
    answers = await createAll(
      tenant,
      names.map((name) => person(name)),
    )
  })
  assert.deepEqual([...new Set(answers.map((answer) => answer.status))], [201])
  assert.ok(trips < 20, `${trips} round trips for 60 people`)
  const changes = await changesOf(tenant)
  assert.deepEqual(
    changes.map(({ name, requestId }) => `${name} ${requestId}`).toSorted(),
    names.map((name, index) => `${name} asked-${index}`).toSorted(),
  )
  assert.deepEqual(new Set(changes.map(({ data }) => data.via)), new Set(['POST']))
  assert.equal((await tenant.scim('GET', '/Users?count=0')).body.totalResults, 60)
})

test('keys of one connection keep their own names in history, and two organizations never share a statement', async () => {
  const [one, two] = [await server.createTenant('one'), await server.createTenant('two')]
  const other = await one.createKey()
  const send = (key: string, name: string) =>
    server.send('/scim/v2/Users', {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/scim+json' },
      body: JSON.stringify(person(name)),
    })
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, n) => send([one.key, other.secret, two.key][n % 3] ?? '', `u${n}@example.com`)),
  )
  assert.deepEqual([...new Set(answers.map((answer) => answer.status))], [201])
  const [ofOne, ofTwo] = [await changesOf(one), await changesOf(two)]
  assert.deepEqual([ofOne.length, new Set(ofOne.map(({ actor }) => actor)).size], [20, 2])
  assert.deepEqual([ofTwo.length, new Set(ofTwo.map(({ actor }) => actor)).size], [10, 1])
  assert.ok(ofTwo.every(({ name }) => Number(name.slice(1, name.indexOf('@'))) % 3 === 2))
})

test('among people who come at once the taken, the former and the twice named are told apart', async () => {
  const tenant = await server.createTenant('apart')
  await tenant.scim('POST', '/Users', person('taken@example.com'))
  const former = await tenant.scim('POST', '/Users', person('former@example.com', { externalId: 'F' }))
  const account = 'select id from users where organization_id = $1 and external_id = $2'
  const before = await database.query({ text: account }, [tenant.organization.id, 'F'])
  await tenant.scim('DELETE', `/Users/${former.body.id}`)
  const answers = await createAll(tenant, [
    person('new@example.com'),
    person('TAKEN@example.com'),
    person('back@example.com', { externalId: 'F' }),
    ...Array.from({ length: 8 }, () => person('twice@example.com')),
    person('newer@example.com'),
  ])
  const statuses = answers.map((answer) => answer.status)
  assert.deepEqual([...statuses.slice(0, 3), statuses.at(-1)], [201, 409, 201, 201])
  assert.deepEqual(statuses.slice(3, -1).toSorted(), [201, ...Array.from({ length: 7 }, () => 409)])
  assert.match(answers[1]?.body.detail ?? '', /TAKEN@example\.com/)
  const after = await database.query({ text: account }, [tenant.organization.id, 'F'])
  assert.deepEqual(after.rows, before.rows)
})

test('one that waits for the end of another transaction keeps nobody else waiting', async () => {
  const tenant = await server.createTenant('waiting')
  await tenant.scim('POST', '/Users', person('seed@example.com'))
  const client = await database.pool.connect()
  await client.query('begin')
  await client.query(
    `insert into users select (u).* from (select jsonb_populate_record(u, jsonb_build_object('id', gen_random_uuid(),
       'scim_id', gen_random_uuid(), 'user_name_key', 'held@example.com', 'external_id', null)) u
     from users u where organization_id = $1 limit 1) x`,
    [tenant.organization.id],
  )
  const held = createAll(tenant, [person('held@example.com'), person('beside@example.com')])
  await sleep(10)
  const others = await createAll(tenant, [person('a@example.com'), person('b@example.com')])
  assert.deepEqual(
    others.map(({ status }) => status),
    [201, 201],
  )
  await client.query('commit')
  client.release()
  assert.deepEqual(
    (await held).map(({ status }) => status),
    [409, 201],
  )
})

test('one that PostgreSQL refuses fails alone', async () => {
  const tenant = await server.createTenant('refused')
  await database.query({
    text: `create function refuse_bad() returns trigger language plpgsql as $$
      begin if new.user_name_key = 'bad@example.com' then raise exception 'refused by a test'; end if; return new; end $$`,
  })
  await database.query({
    text: 'create trigger refuse_bad before insert on users for each row execute function refuse_bad()',
  })
  const names = ['a', 'b', 'bad', 'c', 'd', 'e'].map((name) => `${name}@example.com`)
  const answers = await createAll(
    tenant,
    names.map((name) => person(name)),
  )
  await database.query({ text: 'drop trigger refuse_bad on users' })
  assert.deepEqual(
    answers.map((answer) => answer.status),
    [201, 201, 500, 201, 201, 201],
  )
  assert.equal((await changesOf(tenant)).length, 5)
})
