import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type JsonObject,
  type ResourceDraft,
  ScimError,
  bindFilter,
  createRegistry,
  findAttribute,
  findResourceType,
  parseFilter,
} from '@rollcall/scim'
import type { ListQuery, ResourceRecord, ResourceUpdate } from '@rollcall/scim/server'
import { makeMemoryProvider } from './memory-provider.ts'
import { type ProviderFactory, groupUrn, userUrn } from './provider.ts'

const registry = createRegistry()

function getType(name: 'User' | 'Group') {
  const type = findResourceType(registry, name)
  assert.ok(type !== undefined)
  return type
}

const user = getType('User')
const group = getType('Group')
const nothing = { groups: false, members: false }

const toDraft = (userName: string, more: JsonObject = {}): ResourceDraft => ({
  attributes: { schemas: [userUrn], userName, active: true, ...more },
  writeOnly: {},
  members: undefined,
})

const toGroupDraft = (displayName: string, ids: readonly string[] = []): ResourceDraft => ({
  attributes: { schemas: [groupUrn], displayName },
  writeOnly: {},
  members: ids.map((value) => ({ value, type: undefined })),
})

const noUpdate: ResourceUpdate = {
  ifVersion: undefined,
  attributes: undefined,
  changes: [],
  writeOnly: {},
  members: [],
  fields: nothing,
  verb: 'PATCH',
}

const everything: ListQuery = {
  filter: undefined,
  sort: undefined,
  page: { kind: 'index', startIndex: 1, count: 100 },
  fields: nothing,
}

async function listMembers(record: ResourceRecord | undefined): Promise<readonly string[]> {
  const ids: string[] = []
  for await (const chunk of record?.members ?? []) ids.push(...chunk.map((member) => member.value))
  return ids.toSorted()
}

/** The contract of `Storage`, asked directly: what HTTP alone cannot show. */
export function storageCases(makeProvider: ProviderFactory): void {
  const setUp = async () => {
    const { storage, context } = await makeProvider()
    const create = (userName: string, more?: JsonObject) =>
      storage.create(context, user, toDraft(userName, more), nothing)
    return { storage, context, create }
  }

  test('a record is its document without id, meta, groups, members and secrets, with dates in UTC', async () => {
    const { storage, context } = await setUp()
    const draft = { ...toDraft('a', { externalId: 'E' }), writeOnly: { password: 'secret' } }
    const created = await storage.create(context, user, draft, nothing)
    assert.deepEqual(JSON.parse(created.document), draft.attributes)
    assert.match(created.created, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    assert.equal(created.lastModified, created.created)
    assert.match(created.version, /^[^"\\]+$/)
    assert.deepEqual([created.groups, created.members], [undefined, undefined])
    assert.deepEqual(await storage.find(context, user, created.id, nothing), created)
    assert.equal(await storage.find(context, group, created.id, nothing), undefined)
    assert.equal(await storage.find(context, user, 'no such id', nothing), undefined)
  })

  test('groups and members are read when asked for and not otherwise', async () => {
    const { storage, context, create } = await setUp()
    const { id } = await create('a')
    const made = await storage.create(context, group, toGroupDraft('G', [id]), { groups: false, members: true })
    assert.deepEqual(await listMembers(made), [id])
    const read = await storage.find(context, user, id, { groups: true, members: false })
    assert.deepEqual(read?.groups, [{ value: made.id, display: 'G', type: 'direct' }])
    assert.equal((await storage.find(context, group, made.id, nothing))?.members, undefined)
    const page = await storage.list(context, user, { ...everything, fields: { groups: true, members: false } })
    assert.deepEqual(
      page.records.map((record) => record.groups?.length),
      [1],
    )
  })

  test('an update with another version is stale and changes nothing; with the right one it makes a new version', async () => {
    const { storage, context, create } = await setUp()
    const before = await create('a')
    const attributes = { schemas: [userUrn], userName: 'a', active: true, title: 'T' }
    const changes = [{ path: 'title', before: undefined, after: 'T' }]
    const update = { ...noUpdate, attributes, changes }
    const stale = await storage.update(context, user, before.id, { ...update, ifVersion: `${before.version}0` })
    assert.deepEqual(stale, { kind: 'stale' })
    assert.deepEqual(await storage.find(context, user, before.id, nothing), before)
    const done = await storage.update(context, user, before.id, { ...update, ifVersion: before.version })
    assert.equal(done.kind, 'updated')
    const after = await storage.find(context, user, before.id, nothing)
    assert.ok(after !== undefined && after.version !== before.version)
    assert.deepEqual(JSON.parse(after.document), attributes)
    assert.equal(after.created, before.created)
    assert.deepEqual(await storage.update(context, user, crypto.randomUUID(), update), { kind: 'notFound' })
    assert.deepEqual(await storage.update(context, group, before.id, update), { kind: 'notFound' })
  })

  test('an update that changes nothing says so and keeps the version', async () => {
    const { storage, context, create } = await setUp()
    const { id } = await create('a')
    const made = await storage.create(context, group, toGroupDraft('G', [id]), nothing)
    const steps: readonly ResourceUpdate['members'][] = [
      [],
      [{ kind: 'add', members: [{ value: id, type: 'User' }] }],
      [{ kind: 'remove', values: [crypto.randomUUID(), 'no id at all'] }],
      [{ kind: 'replace', members: [{ value: id, type: undefined }] }],
    ]
    for (const members of steps) {
      const outcome = await storage.update(context, group, made.id, { ...noUpdate, members })
      assert.equal(outcome.kind, 'unchanged', JSON.stringify(members))
      assert.ok('record' in outcome)
      assert.equal(outcome.record.version, made.version)
      assert.equal(outcome.record.lastModified, made.lastModified)
    }
  })

  test('membership steps are carried out in their order', async () => {
    const { storage, context, create } = await setUp()
    const [a, b, c] = [(await create('a')).id, (await create('b')).id, (await create('c')).id]
    const made = await storage.create(context, group, toGroupDraft('G', [a]), nothing)
    const ref = findAttribute(group, { schema: undefined, attribute: 'members', subAttribute: 'value' })
    assert.ok(ref?.subAttribute !== undefined)
    const outcome = await storage.update(context, group, made.id, {
      ...noUpdate,
      fields: { groups: false, members: true },
      members: [
        { kind: 'replace', members: [{ value: b, type: undefined }] },
        {
          kind: 'add',
          members: [
            { value: c, type: undefined },
            { value: a, type: undefined },
          ],
        },
        { kind: 'removeWhere', filter: { kind: 'compare', attribute: ref.subAttribute, operator: 'eq', value: b } },
        { kind: 'remove', values: [a] },
      ],
    })
    assert.equal(outcome.kind, 'updated')
    assert.ok('record' in outcome)
    assert.deepEqual(await listMembers(outcome.record), [c])
  })

  test('an update that is refused leaves attributes and memberships as they were', async () => {
    const { storage, context, create } = await setUp()
    const { id } = await create('a')
    const made = await storage.create(context, group, toGroupDraft('G'), nothing)
    const update: ResourceUpdate = {
      ...noUpdate,
      attributes: { schemas: [groupUrn], displayName: 'H' },
      changes: [{ path: 'displayName', before: 'G', after: 'H' }],
      members: [
        { kind: 'add', members: [{ value: id, type: undefined }] },
        { kind: 'add', members: [{ value: crypto.randomUUID(), type: undefined }] },
      ],
    }
    await assert.rejects(storage.update(context, group, made.id, update), { code: 'invalidValue' })
    const after = await storage.find(context, group, made.id, { groups: false, members: true })
    assert.deepEqual([after?.document, after?.version], [made.document, made.version])
    assert.deepEqual(await listMembers(after), [])
  })

  test('removal asks for the version when one is given', async () => {
    const { storage, context, create } = await setUp()
    const { id, version } = await create('a')
    assert.equal(await storage.remove(context, user, id, `${version}0`), 'stale')
    assert.equal(await storage.remove(context, group, id, undefined), 'notFound')
    assert.equal(await storage.remove(context, user, id, version), 'removed')
    assert.equal(await storage.remove(context, user, id, undefined), 'notFound')
  })

  test('prepareMany makes each by itself, in the order given', async () => {
    const { storage, context, create } = await setUp()
    await create('taken')
    const drafts = [toDraft('a'), toDraft('TAKEN'), toDraft('b'), toDraft('A'), toDraft('c')]
    const results = await storage.prepareMany?.(context, user, drafts)()
    if (results === undefined) return
    const codes = results.map((result) =>
      result instanceof ScimError ? result.code : JSON.parse(result.document).userName,
    )
    assert.deepEqual(codes, ['a', 'uniqueness', 'b', 'uniqueness', 'c'])
    assert.equal((await storage.list(context, user, everything)).total, 4)
  })

  test('prepareMany of groups stores their members, and refuses only those that name nobody', async () => {
    const { storage, context, create } = await setUp()
    const { id } = await create('a')
    const drafts = [toGroupDraft('G1', [id]), toGroupDraft('G2', [crypto.randomUUID()]), toGroupDraft('G3')]
    const results = await storage.prepareMany?.(context, group, drafts)()
    if (results === undefined) return
    const [first, second] = results
    assert.ok(first !== undefined && !(first instanceof ScimError))
    assert.ok(second instanceof ScimError && second.code === 'invalidValue')
    const read = await storage.find(context, group, first.id, { groups: false, members: true })
    assert.deepEqual(await listMembers(read), [id])
  })

  test('a transaction happens as a whole or not at all', async () => {
    const { storage, context, create } = await setUp()
    const { id } = await create('a')
    const made = await storage.create(context, group, toGroupDraft('G'), nothing)
    const { transaction } = storage
    if (transaction === undefined) return
    const failing = transaction.call(storage, context, async (inside) => {
      await storage.create(inside, user, toDraft('b'), nothing)
      await storage.update(inside, group, made.id, {
        ...noUpdate,
        members: [{ kind: 'add', members: [{ value: id, type: undefined }] }],
      })
      throw new Error('changed my mind')
    })
    await assert.rejects(failing, /changed my mind/)
    assert.equal((await storage.list(context, user, everything)).total, 1)
    const read = await storage.find(context, group, made.id, { groups: false, members: true })
    assert.deepEqual([read?.version, await listMembers(read)], [made.version, []])
    const [kept] = await Promise.all([
      transaction.call(storage, context, async (inside) => {
        const { id: first } = await storage.create(inside, user, toDraft('b'), nothing)
        return storage.create(inside, group, toGroupDraft('H', [first]), nothing)
      }),
      create('beside'),
    ])
    assert.ok(typeof kept === 'object' && kept !== null)
    assert.equal((await storage.list(context, user, everything)).total, 3)
  })

  test('index pages have an exact total, also without rows; cursor pages end without a next one', async () => {
    const { storage, context, create } = await setUp()
    for (const name of ['a', 'b', 'c', 'd', 'e']) await create(name)
    const filter = bindFilter(parseFilter('userName ne "c"'), user)
    const none = await storage.list(context, user, {
      ...everything,
      filter,
      page: { kind: 'index', startIndex: 1, count: 0 },
    })
    assert.deepEqual([none.total, none.records.length], [4, 0])
    const seen: string[] = []
    let after: string | undefined
    do {
      const page = await storage.list(context, user, {
        ...everything,
        filter,
        page: { kind: 'cursor', count: 3, after },
      })
      assert.ok(page.records.length <= 3)
      seen.push(...page.records.map((record) => record.id))
      after = page.next
    } while (after !== undefined)
    assert.equal(seen.length, 4)
    assert.equal(new Set(seen).size, 4)
  })

  test('another organization sees, changes and removes nothing', async () => {
    const { create, storage, context } = await setUp()
    const other = await makeProvider()
    const mine = await create('a')
    assert.equal(await other.storage.find(other.context, user, mine.id, nothing), undefined)
    assert.deepEqual(await other.storage.update(other.context, user, mine.id, noUpdate), { kind: 'notFound' })
    assert.equal(await other.storage.remove(other.context, user, mine.id, undefined), 'notFound')
    assert.equal((await other.storage.list(other.context, user, everything)).total, 0)
    await other.storage.create(other.context, user, toDraft('a'), nothing)
    assert.deepEqual(await storage.find(context, user, mine.id, nothing), mine)
  })
}

if (import.meta.main) storageCases(makeMemoryProvider)
