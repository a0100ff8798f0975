import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { runNotices } from '../../src/access/notice-mails.ts'
import { expireHolds, remindOfHolds } from '../../src/directory/hold-undo.ts'
import { createConnectionHarness, type ConnectionHarness, type TestConnection } from './connection-harness.ts'

let server: ConnectionHarness
before(async () => {
  server = await createConnectionHarness()
})
after(() => server[Symbol.asyncDispose]())

const settings = { guard: { peopleMin: 1, countMin: 1, percent: 0 } }

/** Uses the allowance up, so that everything that follows is held. */
async function exhaust(connection: TestConnection): Promise<void> {
  assert.equal((await connection.patch(await connection.create('first'), { active: false })).status, 200)
}

test('an approved hold is undone: suspended and deleted people, removed members and teams are back as they were', async () => {
  const acme = await server.organization('undo')
  const connection = await acme.connect({ settings })
  const [ada = '', bea = '', cyd = '', dot = ''] = await Promise.all(
    ['ada', 'bea', 'cyd', 'dot'].map((name) => connection.create(name)),
  )
  const crew = await connection.group('crew', [ada, bea, cyd])
  const gone = await connection.group('gone', [cyd, dot])
  await exhaust(connection)
  server.advance(1_000)
  assert.equal((await connection.patch(ada, { active: false })).status, 429)
  assert.equal((await connection.scim('DELETE', `/Users/${bea}`)).status, 429)
  const removal = {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'remove', path: `members[value eq "${cyd}"]` }],
  }
  assert.equal((await connection.scim('PATCH', `/Groups/${crew}`, removal)).status, 429)
  assert.equal((await connection.scim('DELETE', `/Groups/${gone}`)).status, 429)
  const [hold] = (await acme.send('GET', '/holds')).body.data
  await acme.send('POST', `/holds/${hold.id}/approve`)
  assert.equal((await connection.scim('GET', `/Users/${bea}`)).status, 404)
  assert.equal((await connection.scim('GET', `/Groups/${gone}`)).status, 404)

  server.advance(3_600_000)
  const undone = await acme.send('POST', `/holds/${hold.id}/undo`)
  assert.deepEqual([undone.status, undone.body.state], [200, 'undone'])
  assert.ok(undone.body.changes.every((change: { undone: string }) => change.undone === 'restored'))
  assert.equal((await connection.scim('GET', `/Users/${ada}`)).body.active, true)
  const { body: back } = await connection.scim('GET', `/Users/${bea}`)
  assert.deepEqual([back.userName, back.externalId, back.active], ['bea', 'ext-bea', true])
  const membersOf = async (id: string) =>
    (await connection.scim('GET', `/Groups/${id}`)).body.members.map((each: { value: string }) => each.value).toSorted()
  assert.deepEqual(await membersOf(crew), [ada, bea, cyd].toSorted())
  assert.deepEqual(await membersOf(gone), [cyd, dot].toSorted())
  assert.equal((await acme.send('POST', `/holds/${hold.id}/undo`)).status, 409, 'once')
})

test('what has changed since is kept, with the reason beside it; after the retention nothing is undone', async () => {
  const acme = await server.organization('kept')
  const connection = await acme.connect({ settings: { guard: { ...settings.guard, undoDays: 2 } } })
  const ada = await connection.create('ada')
  const bea = await connection.create('bea')
  await exhaust(connection)
  server.advance(1_000)
  await connection.patch(ada, { active: false })
  await connection.scim('DELETE', `/Users/${bea}`)
  const [hold] = (await acme.send('GET', '/holds')).body.data
  assert.equal((await acme.send('POST', `/holds/${hold.id}/undo`)).status, 409, 'not approved yet')
  await acme.send('POST', `/holds/${hold.id}/approve`)
  await connection.patch(ada, { active: true })
  const second = await connection.scim('POST', '/Users', { ...connection.person('bea'), externalId: 'another' })
  assert.equal(second.status, 201)
  const undone = await acme.send('POST', `/holds/${hold.id}/undo`)
  assert.deepEqual(
    undone.body.changes.map((change: { undone: string; reason: string | null }) => [
      change.undone,
      /userName|not suspended/.test(change.reason ?? ''),
    ]),
    [
      ['kept', true],
      ['kept', true],
    ],
  )
  server.advance(24 * 3_600_000)
  await connection.patch(await connection.create('cyd'), { active: false })
  await connection.patch(ada, { active: false })
  const [later] = (await acme.send('GET', '/holds?state=open')).body.data
  await acme.send('POST', `/holds/${later.id}/approve`)
  server.advance(49 * 3_600_000)
  const late = await acme.send('POST', `/holds/${later.id}/undo`)
  assert.deepEqual([late.status, /2 days/.test(late.body.detail)], [409, true])
})

test('a hold that nobody decides expires, changes nobody, and is decided no more', async () => {
  const acme = await server.organization('expired')
  const connection = await acme.connect({ settings: { guard: { ...settings.guard, holdDays: 3 } } })
  const ada = await connection.create('ada')
  await exhaust(connection)
  await connection.patch(ada, { active: false })
  const { database, clock } = server.admin.application
  server.advance(2 * 24 * 3_600_000)
  await expireHolds({ database }, clock())
  assert.equal((await acme.send('GET', '/holds?state=open')).body.data.length, 1)
  server.advance(2 * 24 * 3_600_000)
  await expireHolds({ database }, clock())
  const [hold] = (await acme.send('GET', '/holds?state=expired')).body.data
  assert.equal(hold.decidedBy, 'system')
  assert.equal((await connection.find('ada')).active, true)
  assert.equal((await acme.send('POST', `/holds/${hold.id}/approve`)).status, 409)
  assert.ok((await server.actions(acme.id)).includes('hold.expired'))
})

test('an undo says which keys it could not bring back', async () => {
  const acme = await server.organization('lost-keys')
  const connection = await acme.connect({ style: 'datadog', settings })
  const ada = await connection.create('ada')
  const key = await acme.send('POST', '/keys', {
    body: { name: 'ada at home', scopes: ['people:read'], user: ada },
  })
  assert.equal(key.status, 201, JSON.stringify(key.body))
  await exhaust(connection)
  server.advance(1_000)
  assert.equal((await connection.patch(ada, { active: false })).status, 429)
  const [hold] = (await acme.send('GET', '/holds')).body.data
  server.advance(1_000)
  const approved = await acme.send('POST', `/holds/${hold.id}/approve`)
  const lost = [{ id: key.body.id, name: 'ada at home', hint: key.body.hint }]
  assert.deepEqual(approved.body.changes[0].revokedKeys, lost)
  const undone = await acme.send('POST', `/holds/${hold.id}/undo`)
  assert.deepEqual([undone.body.changes[0].undone, undone.body.changes[0].revokedKeys], ['restored', lost])
})

test('administrators are reminded of a hold that waits after a day, and once a day until it expires', async () => {
  const acme = await server.organization('reminded')
  await acme.send('PATCH', '', { body: { settings: { locale: 'fr', alertEmail: 'alerts@acme.example' } } })
  const connection = await acme.connect({ settings: { guard: { ...settings.guard, holdDays: 3 } } })
  const ada = await connection.create('ada')
  await exhaust(connection)
  assert.equal((await connection.patch(ada, { active: false })).status, 429)
  const [hold] = (await acme.send('GET', '/holds')).body.data
  const { database, clock } = server.admin.application
  const remind = async (hours: number) => {
    server.advance(hours * 3_600_000)
    await remindOfHolds(database, clock())
    await runNotices(database, clock())
    const { data } = (await acme.send('GET', '/notices?kind=holdWaiting')).body
    return data.length
  }
  assert.equal(await remind(23), 0)
  assert.equal(await remind(1), 1)
  assert.equal(await remind(1), 1, 'once a day')
  assert.equal(await remind(24), 2)
  assert.equal(await remind(23), 2, 'expired')
  const [notice] = (await acme.send('GET', '/notices?kind=holdWaiting')).body.data
  assert.equal(notice.holdId, hold.id)
  assert.match(notice.message, /^1 changes of the connection .* wait for a decision since/)
  const mails = (await acme.send('GET', '/mails')).body.data.filter(
    ({ template }: { template: string }) => template === 'holdWaiting',
  )
  assert.deepEqual(
    mails.map(({ to, locale }: { to: string; locale: string }) => [to, locale]),
    [
      ['alerts@acme.example', 'fr'],
      ['alerts@acme.example', 'fr'],
    ],
  )
  assert.match(mails[0].text, /attendent une décision/)
  assert.equal((await acme.send('POST', `/notices/${notice.id}/acknowledge`)).status, 200)
})
