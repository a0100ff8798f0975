import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createAuditSigner } from '../../src/access/audit-signer.ts'
import { sealAudit } from '../../src/audit/sealer.ts'
import { findSettledPosition } from '../../src/events/outbox.ts'
import { workOffAllRuns } from '../../src/run-kinds.ts'
import { parseTypeId } from '../../src/type-id.ts'
import { addRequestLogLines } from '../harness/listening-application.ts'
import { createAuditHarness, type AuditPlace } from './audit-harness.ts'

let admin: Awaited<ReturnType<typeof createAuditHarness>>
before(async () => {
  admin = await createAuditHarness()
})
after(() => admin[Symbol.asyncDispose]())

const verify = async (place: AuditPlace) => (await place.api('POST', '/audit/verify')).body

async function filled(slug: string): Promise<{ readonly place: AuditPlace; readonly id: string }> {
  const place = await admin.audited(slug)
  for (let count = 0; count < 5; count++) await place.source1.user(`p${count}@${slug}.example`)
  await place.events()
  const { body } = await admin.send('GET', `/api/v1/organizations/${slug}`)
  return { place, id: parseTypeId('org', body.id) ?? '' }
}

/** What somebody does who owns the database. */
async function tamper(...statements: readonly string[]): Promise<void> {
  const { database } = admin.application
  await database.query({ text: 'alter table audit_events disable trigger user' })
  for (const text of statements) await database.query({ text })
  await database.query({ text: 'alter table audit_events enable trigger user' })
}

test('CON-I9: events have actor, action, targets, context, before and after, result, request and time', async () => {
  const { place } = await filled('i9')
  const id = await place.source1.user('zoe@i9.example', { title: 'old' })
  await place.source1.patch(`/Users/${id}`, { op: 'replace', path: 'title', value: 'new' })
  const account = await place.find('zoe@i9.example')
  const [event] = await place.events('action:external_identity.update')
  assert.deepEqual(event.targets, [account.id])
  assert.deepEqual(event.changes, [{ path: 'title', before: 'old', after: 'new' }])
  assert.match(event.actor.id, /^key_/)
  assert.deepEqual([event.context.ip, event.context.userAgent], ['127.0.0.1', 'test'])
  assert.match(event.context.requestId, /^req_/)
  assert.equal(event.result, 'success')
  assert.equal(event.at, admin.application.clock().toISOString())
  assert.match(event.hash, /^[0-9a-f]{64}$/)
  const shown = await place.api('GET', `/audit/events/${event.id}`)
  assert.deepEqual(shown.body, event)
})

test('CON-I9: the database refuses to change or delete an event', async () => {
  const { id } = await filled('append')
  const { database } = admin.application
  for (const text of [
    `update audit_events set action = 'x' where organization_id = $1`,
    `update audit_events set subject_data = '{}' where organization_id = $1`,
    `update audit_events set hash = previous_hash where organization_id = $1`,
    `delete from audit_events where organization_id = $1`,
  ])
    await assert.rejects(database.query({ text }, [id]), /append-only/)
})

test('CON-I9: verification names the first event that was changed, removed, re-ordered or re-numbered', async () => {
  const { place, id } = await filled('tamper')
  const sound = await verify(place)
  assert.equal(sound.isSound, true, JSON.stringify(sound))
  assert.ok(sound.events > 15 && sound.broken === null)
  const where = `where organization_id = '${id}'`
  const { database } = admin.application
  await database.query({ text: 'create table kept as select * from audit_events' })
  await database.query({ text: 'create table kept_chains as select * from audit_chains' })
  const cases: readonly (readonly [name: string, at: number, ...statements: readonly string[]])[] = [
    ['changed action', 7, `update audit_events set action = 'user.created' ${where} and sequence = 7`],
    ['changed time', 3, `update audit_events set at = at + interval '1 ms' ${where} and sequence = 3`],
    ['changed actor', 5, `update audit_events set actor = 'system' ${where} and sequence = 5`],
    ['changed details', 6, `update audit_events set details = '{}' ${where} and sequence = 6`],
    ['changed data', 8, `update audit_events set subject_data = '{"x":1}' ${where} and sequence = 8`],
    ['changed ip', 9, `update audit_events set actor_data = '{"ip":"1.1.1.1"}' ${where} and sequence = 9`],
    ['removed', 5, `delete from audit_events ${where} and sequence = 4`],
    ['first removed', 2, `delete from audit_events ${where} and sequence = 1`],
    ['last removed', sound.last, `delete from audit_events ${where} and sequence = ${sound.last}`],
    [
      're-ordered',
      4,
      `update audit_events set sequence = 1000 ${where} and sequence = 4`,
      `update audit_events set sequence = 4 ${where} and sequence = 5`,
      `update audit_events set sequence = 5 ${where} and sequence = 1000`,
    ],
    [
      're-numbered after a removal',
      4,
      `delete from audit_events ${where} and sequence = 4`,
      `update audit_events set sequence = -sequence ${where} and sequence > 4`,
      `update audit_events set sequence = -sequence - 1 ${where} and sequence < 0`,
    ],
    [
      'cut off with its record',
      sound.last - 1,
      `delete from audit_events ${where} and sequence = ${sound.last}`,
      `update audit_chains c set sequence = e.sequence, hash = e.hash from audit_events e
        where c.organization_id = '${id}' and e.organization_id = c.organization_id and e.sequence = ${sound.last - 1}`,
    ],
  ]
  for (const [name, at, ...statements] of cases) {
    await tamper(...statements)
    const found = await verify(place)
    assert.deepEqual([found.isSound, found.broken?.sequence], [false, at], `${name}: ${JSON.stringify(found)}`)
    await tamper(
      `delete from audit_events`,
      `insert into audit_events select * from kept`,
      `delete from audit_chains`,
      `insert into audit_chains select * from kept_chains`,
    )
  }
  assert.equal((await verify(place)).isSound, true)
})

test('CON-M5: a person is erased and the chain stays sound', async () => {
  const { place } = await filled('m5')
  const attributes = { externalId: 'ext-gone', displayName: 'Gone Person', title: 'secret title' }
  const id = await place.source1.user('gone@m5.example', attributes)
  await place.source1.scim('POST', '/Users', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: 'gone@m5.example',
  })
  const account = await place.find('gone@m5.example')
  await place.source1.scim('DELETE', `/Users/${id}`)
  const before = await place.events()
  assert.match(JSON.stringify(before), /secret title/)
  const purged = await place.api('POST', `/people/${account.id}/purge`, undefined)
  assert.ok(purged.status < 300, JSON.stringify(purged.body))
  const left = await place.events()
  for (const text of ['gone@m5', 'ext-gone', 'Gone Person', 'secret title'])
    assert.ok(!JSON.stringify(left).includes(text), text)
  const { rows } = await admin.application.database.query<{ count: number }>({
    text: `select count(*) as count from audit_events where (terms::text || coalesce(subject_data, '')) ~ 'gone@m5|ext-gone|secret title'`,
  })
  assert.equal(rows[0]?.count, 0)
  const verified = await verify(place)
  assert.equal(verified.isSound, true, JSON.stringify(verified))
  assert.ok(verified.erased >= 4)
  const about = await place.events(`user:${account.id} action:external_identity.provision`)
  assert.deepEqual(about[0]?.erased, ['subject'])
})

test('CON-M5: a person is erased from all requests that were refused, however many there were', async () => {
  const { place, id: organizationId } = await filled('m5many')
  const id = await place.source1.user('gone@m5many.example')
  const refused = { organizationId, method: 'POST', path: '/o/m5many/scim/v2/Users', status: 409 }
  const requestBody = '{"userName":"gone@m5many.example"}'
  await addRequestLogLines(
    admin.application,
    Array.from({ length: 1_001 }, () => ({ ...refused, requestBody })),
  )
  const query = 'action:external_identity.scim_api_failure'
  assert.equal((await place.events(`${query} user:gone@m5many.example`)).length, 1_001)
  const account = await place.find('gone@m5many.example')
  await place.source1.scim('DELETE', `/Users/${id}`)
  await place.api('POST', `/people/${account.id}/purge`, undefined)
  assert.ok(!JSON.stringify(await place.events()).includes('gone@m5many'))
  assert.equal((await place.events(query)).length, 1_001)
  assert.equal((await verify(place)).isSound, true)
})

test('sealers that work at the same time make one chain, and each event once', async () => {
  const place = await admin.audited('together')
  const { parts } = admin.application.application
  const options = {
    sign: createAuditSigner(parts),
    findSettledPosition: () => findSettledPosition(parts.database),
    lineDelayMs: 0,
  }
  const writing = Array.from({ length: 20 }, (_, count) => place.source1.user(`t${count}@together.example`))
  const sealing = Array.from({ length: 8 }, () => sealAudit(parts.database, { ...options, now: new Date() }))
  await Promise.all([...writing, ...sealing])
  const events = await place.events()
  const count = (action: string) => events.filter((event) => event.action === action).length
  assert.equal(count('external_identity.provision'), 20)
  assert.equal(count('external_identity.scim_api_success'), 20)
  for (const { action, context, sequence } of events) {
    if (action !== 'external_identity.scim_api_success') continue
    const provisioned = events.find(
      (event) => event.action === 'external_identity.provision' && event.context.requestId === context.requestId,
    )
    assert.ok(provisioned.sequence < sequence, 'a request comes behind what it did')
  }
  const verified = await verify(place)
  assert.deepEqual([verified.isSound, verified.events], [true, events.length])
})

test('what is deleted with an organization is its audit log too', async () => {
  const { id } = await filled('doomed')
  const { database, application, clock } = admin.application
  const deleted = await admin.send('DELETE', '/api/v1/organizations/doomed?confirm=doomed')
  assert.equal(deleted.status, 202)
  clock.advance(5_000)
  await workOffAllRuns(application.parts, new AbortController().signal)
  for (const table of ['audit_events', 'audit_chains', 'audit_requests', 'audit_streams']) {
    const text = `select count(*) as count from ${table} where organization_id = $1`
    const { rows } = await database.query<{ count: number }>({ text }, [id])
    assert.equal(rows[0]?.count, 0, table)
  }
})
