import assert from 'node:assert/strict'
import { test } from 'node:test'
import { appSettings } from '@rollcall/admin-api'
import { restartApp } from '../../src/provisioning/apps/app-state.ts'
import { forgetLink } from '../../src/provisioning/apps/links.ts'
import { getApp } from '../../src/provisioning/apps/app.ts'
import { updateApp } from '../../src/provisioning/apps/manage-apps.ts'
import { isCovered } from '../../src/provisioning/destruction.ts'
import { goOn } from '../../src/provisioning/export/turn.ts'
import { createEngineHarness, type EngineHarness } from './engine-harness.ts'
import { rulesOf, usualMappings } from './rules-fixture.ts'

/** A team by SCIM, of people and teams by their ids over SCIM. */
async function createTeam(
  { tenant, server }: EngineHarness,
  displayName: string,
  members: readonly string[],
): Promise<{ readonly id: string; readonly scimId: string }> {
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group']
  const values = members.map((value) => ({ value }))
  const { status, text, body } = await tenant.scim('POST', '/Groups', { schemas, displayName, members: values })
  assert.equal(status, 201, text)
  const query = { text: 'select id from teams where scim_id = $1' }
  const { rows } = await server.database.query<{ id: string }>(query, [body.id])
  return { id: rows[0]?.id ?? '', scimId: body.id }
}

async function scimIdOf({ server }: EngineHarness, id: string): Promise<string> {
  const query = { text: 'select scim_id as id from users where id = $1' }
  const { rows } = await server.database.query<{ id: string }>(query, [id])
  return rows[0]?.id ?? ''
}

const activeOf = ({ fake }: EngineHarness): readonly unknown[] =>
  fake.users.all().map(({ resource }) => resource['active'])

test('who was assigned by a team within a team leaves when the team between is deleted', async () => {
  await using harness = await createEngineHarness()
  const person = await harness.createPerson('ada@example.com')
  const inner = await createTeam(harness, 'inner', [await scimIdOf(harness, person)])
  const between = await createTeam(harness, 'between', [inner.scimId])
  const outer = await createTeam(harness, 'outer', [between.scimId])
  await harness.assign({ kind: 'team', id: outer.id })
  await harness.settle()
  assert.deepEqual(activeOf(harness), [true])
  harness.server.clock.advance(60_000)
  assert.equal((await harness.tenant.scim('DELETE', `/Groups/${between.scimId}`)).status, 204)
  await harness.pass(1_000)
  assert.deepEqual(activeOf(harness), [false])
})

test('accounts that a mapping switches off are counted as disabled, not as changed', async () => {
  const mappings = usualMappings.map((mapping) =>
    mapping.target === 'active'
      ? { ...mapping, expression: 'Switch([title], Not([IsSoftDeleted]), "gone", "False")' }
      : mapping,
  )
  await using harness = await createEngineHarness({ rules: rulesOf({ mappings }, { assignment: 'everyone' }) })
  const people: string[] = []
  for (let index = 0; index < 40; index++) people.push(await harness.createPerson(`p${index}@example.com`))
  await harness.settle()
  for (const id of people.slice(0, 30)) await harness.patchPerson(id, [{ op: 'add', path: 'title', value: 'gone' }])
  await harness.pass(30_000)
  const classes = await harness.rows(
    `select class, count(*) as count from gate_holds h join gate_hold_items i on i.hold_id = h.id
      where h.organization_id = $1 and h.app_id = $2 group by class`,
  )
  assert.deepEqual(classes, [{ class: 'disable', count: 30 }])
})

test('what the gate let through goes on with it, and lets nothing else through', () => {
  const destructive = JSON.stringify({ cause: '', changed: ['title'], cleared: ['nickName'] })
  const item = {
    objectId: '0198c0de-0000-7000-8000-000000000001',
    kind: 'team',
    stage: 'members',
    lane: 0,
    generation: 1,
    destructiveClass: 'memberRemoval',
    destructive,
    isAdmitted: true,
    initiator: 'change',
    cycleId: null,
    epoch: 1,
  } as const
  // Interrupted, or tried again later: 5,000 removals that somebody approved are not held a second time.
  const end = goOn(item, 'members', new Date(0))
  assert.deepEqual([!end.isDone && end.destructive, !end.isDone && end.isAdmitted], [destructive, true])
  const covers = (facts: object): boolean => isCovered({ class: 'clear', facts: { cause: '', ...facts } }, item)
  assert.equal(covers({ changed: ['title', 'nickName'] }), true)
  assert.equal(covers({ cleared: ['title'] }), false)
  assert.equal(covers({ changed: ['title', 'userName'] }), false)
})

test('who was assigned by a team within a team leaves when such teams count no more', async () => {
  await using harness = await createEngineHarness()
  const { organizationId, appId, server } = harness
  const person = await harness.createPerson('ada@example.com')
  const inner = await createTeam(harness, 'inner', [await scimIdOf(harness, person)])
  const outer = await createTeam(harness, 'outer', [inner.scimId])
  await harness.assign({ kind: 'team', id: outer.id })
  await harness.settle()
  assert.deepEqual(activeOf(harness), [true])
  const settings = appSettings.parse({ overrides: { assignsNested: false } })
  await updateApp(server.application.parts, server.call(), { organizationId, appId, command: { settings } })
  await harness.pass(1_000)
  assert.deepEqual(activeOf(harness), [false])
})

test('an app that is restarted before its first cycle hears of changes all the same', async () => {
  await using harness = await createEngineHarness({ rules: rulesOf({}, { assignment: 'everyone' }) })
  const { organizationId, appId, server } = harness
  await restartApp(server.database, server.call(), { organizationId, appId })
  await harness.settle()
  await harness.createPerson('ada@example.com')
  await harness.pass(1_000)
  assert.deepEqual(activeOf(harness), [true])
})

test('a link is not forgotten while a request may still make its account', async () => {
  await using harness = await createEngineHarness({ rules: rulesOf({}, { assignment: 'everyone' }) })
  const { organizationId, appId, server } = harness
  const objectId = await harness.createPerson('ada@example.com')
  await harness.settle()
  await harness.setApp({ state: 'paused' })
  const text = 'update links set in_flight_at = $2 where object_id = $1'
  await server.database.query({ text }, [objectId, server.clock()])
  const forget = (): Promise<void> => forgetLink(server.database, server.call(), { organizationId, appId, objectId })
  await assert.rejects(forget, { code: 'appState' })
  server.clock.advance(11 * 60_000)
  await forget()
  assert.deepEqual(await harness.rows('select * from links where organization_id = $1 and app_id = $2'), [])
})

test('an app with accounts is not pointed at another server, where their ids may be of others', async () => {
  await using harness = await createEngineHarness({ rules: rulesOf({}, { assignment: 'everyone' }) })
  const { organizationId, appId, server } = harness
  await harness.createPerson('ada@example.com')
  await harness.settle()
  const { target } = await getApp(server.database, { organizationId, appId })
  const elsewhere = { ...target, baseUrl: `${target.baseUrl}/other` }
  const move = (command: Parameters<typeof updateApp>[2]['command']) =>
    updateApp(server.application.parts, server.call(), { organizationId, appId, command })
  await assert.rejects(move({ target: elsewhere }), { code: 'appHasAccounts' })
  assert.equal((await getApp(server.database, { organizationId, appId })).target.baseUrl, target.baseUrl)
  assert.equal((await move({ target: elsewhere, keepsLinks: true })).target.baseUrl, elsewhere.baseUrl)
})
