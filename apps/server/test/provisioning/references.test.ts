import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { releaseOverlooked } from '../../src/db/queries/provisioning-references.ts'
import { releaseMeanwhile, releaseReferences } from '../../src/provisioning/references/release-references.ts'
import {
  resolveReferences,
  type ReferenceValue,
  type Referring,
} from '../../src/provisioning/references/resolve-references.ts'
import { newId } from '../directory/fixture.ts'
import { createTestDatabase } from '../harness/database.ts'
import { createLinkedApp, type LinkedApp } from './linked-app.ts'

const { database, close } = await createTestDatabase()
after(close)

function manager(of: string, needed: readonly string[], options: Partial<ReferenceValue> = {}): Referring {
  const reference: ReferenceValue = {
    needed: needed.map((id) => ({ kind: 'user', id })),
    isMultiValued: false,
    onMissing: 'omit',
    ...options,
  }
  return { kind: 'user', id: of, references: { manager: reference } }
}

async function due(
  app: LinkedApp,
): Promise<readonly { readonly id: string; readonly at: Date; readonly generation: number }[]> {
  const { rows } = await database.query<{ id: string; at: Date; generation: number }>(
    {
      text: `select object_id as id, due_at as at, generation from work_items
        where organization_id = $1 and app_id = $2 order by object_id = $3, object_id`,
    },
    [app.organizationId, app.appId, app.teamId],
  )
  return rows
}

async function settleWork(app: LinkedApp): Promise<void> {
  await database.query({ text: 'delete from work_items where organization_id = $1' }, [app.organizationId])
}

test('a manager with an account goes by the id of that account, also when it is disabled', async () => {
  const app = await createLinkedApp(database, 3)
  const [one = '', two = '', three = ''] = app.people
  await app.setLink(three, { state: 'disabled', is_in_scope: false })
  const asked = [manager(one, [two]), manager(two, [three])]
  const { attributes, neededIds } = await resolveReferences(database, app, asked)
  assert.deepEqual(attributes, [{ manager: 'a2' }, { manager: 'a3' }])
  assert.deepEqual(neededIds, [])
  const several = await resolveReferences(database, app, [manager(one, [two, three], { isMultiValued: true })])
  assert.deepEqual(several.attributes, [{ manager: ['a2', 'a3'] }])
})

test('a manager without an account is left out and waited for; with it, who waits is evaluated again, and his teams too', async () => {
  const app = await createLinkedApp(database, 3)
  const [one = '', two = '', three = ''] = app.people
  await app.setLink(two, { state: 'unlinked', target_key: null })
  // In scope, so that an account is on its way: not even a rule that clears sends null.
  const asked = [manager(one, [two], { onMissing: 'clear' }), manager(three, [two])]
  assert.deepEqual(await resolveReferences(database, app, asked), { attributes: [{}, {}], neededIds: [two] })
  await releaseMeanwhile(database, app, { neededIds: [two], now: app.clock() })
  assert.deepEqual(await due(app), [])

  await app.setLink(two, { state: 'linked', target_key: 'a2' })
  await releaseReferences(database, app, { ids: [two], now: app.clock() })
  const later = new Date(app.clock().getTime() + 2_000)
  assert.deepEqual(await due(app), [
    { id: one, at: app.clock(), generation: 1 },
    { id: three, at: app.clock(), generation: 1 },
    { id: app.teamId, at: later, generation: 1 },
  ])
  const again = await resolveReferences(database, app, asked)
  assert.deepEqual(again.attributes, [{ manager: 'a2' }, { manager: 'a2' }])
  // What is due already stays one item, and is done once more.
  await releaseReferences(database, app, { ids: [three], now: app.clock() })
  assert.deepEqual((await due(app)).at(-1), { id: app.teamId, at: later, generation: 2 })
})

test('a manager out of scope is left out, cleared or named by a text, and is still waited for', async () => {
  const app = await createLinkedApp(database, 2)
  const [one = ''] = app.people
  const stranger = newId()
  const resolve = async (options?: Partial<ReferenceValue>) =>
    (await resolveReferences(database, app, [manager(one, [stranger], options)])).attributes[0]
  assert.deepEqual(await resolve(), {})
  assert.deepEqual(await resolve({ onMissing: 'clear' }), { manager: null })
  assert.deepEqual(await resolve({ onMissing: 'text', text: 'Jo Doe' }), { manager: 'Jo Doe' })
  await database.query(
    {
      text: `insert into links (organization_id, app_id, kind, object_id, state, is_in_scope, target_key)
        values ($1, $2, 'user', $3, 'linked', true, 'a9')`,
    },
    [app.organizationId, app.appId, stranger],
  )
  await releaseReferences(database, app, { ids: [stranger], now: app.clock() })
  assert.deepEqual(
    (await due(app)).map(({ id }) => id),
    [one],
  )
  assert.deepEqual(await resolve(), { manager: 'a9' })
})

test('whom a first cycle has not looked at yet is not taken for out of scope', async () => {
  const app = await createLinkedApp(database, 1)
  const [one = ''] = app.people
  const text = `insert into cycles (organization_id, id, app_id, kind, state, rules_revision, started_at)
    values ($1, $2, $3, 'initial', 'evaluating', 1, $4)`
  await database.query({ text }, [app.organizationId, newId(), app.appId, app.clock()])
  const asked = [manager(one, [newId()], { onMissing: 'clear' })]
  assert.deepEqual((await resolveReferences(database, app, asked)).attributes, [{}])
})

test('two who manage each other wait for each other and both are released', async () => {
  const app = await createLinkedApp(database, 2)
  const [one = '', two = ''] = app.people
  for (const id of [one, two]) await app.setLink(id, { state: 'unlinked', target_key: null })
  const asked = [manager(one, [two]), manager(two, [one])]
  assert.deepEqual((await resolveReferences(database, app, asked)).attributes, [{}, {}])
  await app.setLink(one, { state: 'linked', target_key: 'a1' })
  await app.setLink(two, { state: 'linked', target_key: 'a2' })
  await releaseReferences(database, app, { ids: [one, two], now: app.clock() })
  assert.deepEqual(
    (await due(app)).map(({ id }) => id),
    [one, two, app.teamId],
  )
  assert.deepEqual((await resolveReferences(database, app, asked)).attributes, [{ manager: 'a2' }, { manager: 'a1' }])
})

test('what is waited for changes with the manager, and what two transactions overlooked is found', async () => {
  const app = await createLinkedApp(database, 3)
  const [one = '', two = '', three = ''] = app.people
  for (const id of [two, three]) await app.setLink(id, { state: 'unlinked', target_key: null })
  await resolveReferences(database, app, [manager(one, [two])])
  await resolveReferences(database, app, [manager(one, [three])])
  await releaseReferences(database, app, { ids: [two], now: app.clock() })
  assert.deepEqual(
    (await due(app)).map(({ id }) => id),
    [app.teamId],
  )
  await settleWork(app)
  await app.setLink(three, { state: 'linked', target_key: 'a3' })
  assert.equal(await releaseOverlooked(database, app.clock()), 1)
  assert.deepEqual(
    (await due(app)).map(({ id }) => id),
    [one],
  )
  assert.equal(await releaseOverlooked(database, app.clock()), 0)
})
