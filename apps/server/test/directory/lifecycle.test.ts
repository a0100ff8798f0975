import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { styles, type JsonObject } from '@rollcall/scim'
import { assertError, groupUrn, listOf, toUser } from '../../../../packages/scim/test/server/suite/provider.ts'
import { openDatabase } from '../../src/db/pool.ts'
import { createDirectory } from '../../src/directory/create-directory.ts'
import type { DirectoryContext } from '../../src/directory/directory-context.ts'
import { isPassword } from '../../src/directory/password-hash.ts'
import { createTestDatabase } from '../harness/database.ts'
import { connectTo, createConnection, createContext, newId, userType, type ContextOptions } from './fixture.ts'

const { database, close } = await createTestDatabase()
after(close)
const storage = createDirectory({ database })

async function connect(options: ContextOptions = {}) {
  const context = await createContext(database, options)
  return { context, scim: connectTo(storage, context) }
}

type Change = {
  readonly action: string
  readonly subject_id: string
  readonly subject_version: number
  readonly cut_count: number
  readonly data: JsonObject
}

async function readChanges({ organizationId }: DirectoryContext): Promise<readonly Change[]> {
  const text =
    'select action, subject_id, subject_version, cut_count, data from changes where organization_id = $1 order by position'
  return (await database.query<Change>({ text }, [organizationId])).rows
}

async function readAccount({ organizationId }: DirectoryContext, userName: string) {
  const text = 'select id, scim_id, state, version from users where organization_id = $1 and user_name_key = $2'
  const { rows } = await database.query<{ id: string; scim_id: string | null; state: string; version: number }>(
    { text },
    [organizationId, userName],
  )
  return rows
}

const activate = (active: boolean) => [{ op: 'replace', path: 'active', value: active }]

test('every way to suspend, bring back and delete somebody is one change of the same kind', async () => {
  const { context, scim } = await connect()
  const id = await scim.user('a')
  await scim.patch(`/Users/${id}`, activate(false))
  await scim.patch(`/Users/${id}`, activate(true))
  await scim.put(`/Users/${id}`, toUser('a', { active: false }))
  assert.equal((await readAccount(context, 'a'))[0]?.state, 'suspended')
  await scim.put(`/Users/${id}`, toUser('a', { title: 'kept suspended' }))
  assert.equal((await scim.get(`/Users/${id}`)).at('active'), false)
  await scim.put(`/Users/${id}`, toUser('a', { active: true }))
  await scim.delete(`/Users/${id}`)
  const changes = await readChanges(context)
  const kinds = ['created', 'suspended', 'reactivated', 'suspended', 'updated', 'reactivated', 'deleted']
  assert.deepEqual(
    changes.map((change) => change.action),
    kinds.map((kind) => `user.${kind}`),
  )
  assert.deepEqual(
    changes.map((change) => change.subject_version),
    [1, 2, 3, 4, 5, 6, 7],
  )
  assert.deepEqual(
    changes.map((change) => change.cut_count),
    [0, 1, 0, 1, 0, 0, 1],
  )
  assert.deepEqual(changes[1]?.data, { via: 'PATCH', changes: [{ path: 'active', before: true, after: false }] })
})

test('an account created with active false is suspended, and a filter sees the default of active', async () => {
  const { context, scim } = await connect()
  await scim.user('in')
  await scim.user('out', { active: false })
  assert.equal((await readAccount(context, 'out'))[0]?.state, 'suspended')
  assert.deepEqual(await scim.find('/Users', 'active eq true'), ['in'])
  assert.deepEqual(await scim.find('/Users', 'active eq false'), ['out'])
})

test('a write that changes nothing writes nothing: no version, no change', async () => {
  const { context, scim } = await connect()
  const user = await scim.user('a', { title: 'T' })
  const group = await scim.group('g', [user])
  const before = [
    await readChanges(context),
    (await scim.get(`/Users/${user}`)).json,
    (await scim.get(`/Groups/${group}`)).json,
  ]
  await scim.patch(`/Users/${user}`, [{ op: 'replace', path: 'title', value: 'T' }])
  await scim.patch(`/Users/${user}`, activate(true))
  await scim.put(`/Users/${user}`, toUser('a', { title: 'T' }))
  await scim.patch(`/Groups/${group}`, [{ op: 'add', path: 'members', value: [{ value: user }] }])
  await scim.patch(`/Groups/${group}`, [{ op: 'remove', path: `members[value eq "${newId()}"]` }])
  await scim.patch(`/Groups/${group}`, [{ op: 'replace', path: 'members', value: [{ value: user }] }])
  await scim.put(`/Groups/${group}`, { schemas: [groupUrn], displayName: 'g', members: [{ value: user }] })
  const now = [
    await readChanges(context),
    (await scim.get(`/Users/${user}`)).json,
    (await scim.get(`/Groups/${group}`)).json,
  ]
  assert.deepEqual(now, before)
})

test('deleting a person closes the memberships into history and makes one change for each group', async () => {
  const { context, scim } = await connect()
  const user = await scim.user('a')
  const groups = [await scim.group('g1', [user]), await scim.group('g2', [user])]
  const [account] = await readAccount(context, 'a')
  const later = connectTo(storage, { ...context, now: new Date(Date.now() + 60_000) })
  assert.equal((await later.delete(`/Users/${user}`)).status, 204)
  const changes = (await readChanges(context)).slice(3)
  assert.deepEqual(changes.map((change) => change.action).toSorted(), [
    'team.members_changed',
    'team.members_changed',
    'user.deleted',
  ])
  for (const group of groups) assert.equal((await scim.get(`/Groups/${group}`)).at('meta', 'version'), 'W/"2"')
  const text = `select member_id, valid_to > valid_from as lasted from membership_history where organization_id = $1`
  const { rows } = await database.query({ text }, [context.organizationId])
  assert.deepEqual(
    rows,
    [0, 1].map(() => ({ member_id: account?.id, lasted: true })),
  )
})

test('TRAP-E7: who comes back with the same externalId is the same account under a new id, in no group', async () => {
  const { context, scim } = await connect()
  const first = await scim.user('a', { externalId: 'e1' })
  await scim.group('g', [first])
  const [account] = await readAccount(context, 'a')
  await scim.delete(`/Users/${first}`)
  const second = await scim.user('renamed', { externalId: 'e1', active: true })
  assert.notEqual(second, first)
  const [again] = await readAccount(context, 'renamed')
  assert.deepEqual([again?.id, again?.scim_id, again?.state], [account?.id, second, 'active'])
  assert.deepEqual(listOf((await scim.get(`/Users/${second}`)).at('groups')), [])
  assert.equal((await readChanges(context)).at(-1)?.action, 'user.relinked')
  assert.equal((await scim.list('/Users', { count: 0 })).at('totalResults'), 1)
  await scim.delete(`/Users/${second}`)
  const stranger = await connect({ organizationId: context.organizationId })
  await stranger.scim.user('stranger', { externalId: 'e1' })
  assert.notEqual(
    (await readAccount(context, 'stranger'))[0]?.id,
    account?.id,
    'another connection has externalIds of its own',
  )
})

test('a connection may be told to make a new account instead', async () => {
  const { context, scim } = await connect({ settings: { onRecreate: 'new' } })
  await scim.delete(`/Users/${await scim.user('a', { externalId: 'e1' })}`)
  await scim.user('a', { externalId: 'e1' })
  assert.deepEqual((await readAccount(context, 'a')).map((account) => account.state).toSorted(), [
    'active',
    'deprovisioned',
  ])
})

test('TRAP-E8: an inactive account with the same externalId is not taken over by POST', async () => {
  const { scim } = await connect()
  const id = await scim.user('a', { externalId: 'e1', active: false })
  assertError(await scim.post('/Users', toUser('a', { externalId: 'e1' })), 409, 'uniqueness')
  assert.equal((await scim.get(`/Users/${id}`)).at('active'), false)
})

test('AC-G12: under style github a second externalId or userName is 409 uniqueness, also by PATCH', async () => {
  const { scim } = await connect({ style: styles.github })
  const full = { displayName: 'A', active: true, emails: [{ value: 'a@example.com' }] }
  const send = (userName: string, externalId: string) =>
    scim.post('/Users', toUser(userName, { ...full, externalId }), { 'user-agent': 'test' })
  assert.equal((await send('a', 'e1')).status, 201)
  const second = await send('b', 'e1')
  assertError(second, 409, 'uniqueness')
  assert.match(String(second.at('detail')), /externalId/)
  assertError(await send('A', 'e2'), 409, 'uniqueness')
  const third = await send('c', 'e3')
  const patch = [{ op: 'replace', path: 'externalId', value: 'e1' }]
  assertError(await scim.patch(`/Users/${third.id()}`, patch, { 'user-agent': 'test' }), 409, 'uniqueness')
})

test('AC-G24: under style github suspended people are not listed, and replacing the visible list keeps them', async () => {
  const { scim } = await connect({ style: { ...styles.rollcall, hidesSuspendedMembers: true } })
  const [a, b, c] = [await scim.user('a'), await scim.user('b'), await scim.user('c')]
  const group = await scim.group('g', [a, b])
  await scim.patch(`/Users/${a}`, activate(false))
  assert.deepEqual(await scim.members(group), [b])
  assert.deepEqual(await scim.find('/Groups', `members.value eq "${a}"`), [])
  assert.deepEqual(await scim.find('/Groups', `members[value eq "${b}"]`), ['g'])
  const listed = await scim.list('/Groups')
  assert.equal(listOf(listed.at('Resources', 0, 'members')).length, 1)
  await scim.put(`/Groups/${group}`, { schemas: [groupUrn], displayName: 'g', members: [{ value: c }] })
  await scim.patch(`/Groups/${group}`, [{ op: 'remove', path: 'members[type eq "User"]' }])
  assert.deepEqual(await scim.members(group), [])
  await scim.patch(`/Users/${a}`, activate(true))
  assert.deepEqual(await scim.members(group), [a])
})

async function addKey({ organizationId }: DirectoryContext, userId: string | undefined): Promise<string> {
  const id = newId()
  const text = `insert into keys (organization_id, id, kind, name, hash, hint, scopes, user_id, created_by, created_at)
    values ($1, $2, 'scm', 'k', sha256($2::uuid::text::bytea), '…', '{scim}', $3, 'test', now())`
  await database.query({ text }, [organizationId, id, userId])
  return id
}

async function isRevoked(key: string): Promise<boolean> {
  const text = 'select revoked_at is not null as revoked from keys where id = $1'
  return (await database.query<{ revoked: boolean }>({ text }, [key])).rows[0]?.revoked ?? false
}

test('under style datadog the keys of a suspended person are revoked for good; otherwise they only stop', async () => {
  for (const [style, revoked] of [
    [styles.datadog, true],
    [styles.rollcall, false],
  ] as const) {
    const { context, scim } = await connect({ style })
    const id = await scim.user('a')
    const key = await addKey(context, (await readAccount(context, 'a'))[0]?.id)
    const others = await addKey(context, newId())
    await scim.patch(`/Users/${id}`, activate(false))
    assert.equal(await isRevoked(key), revoked)
    await scim.patch(`/Users/${id}`, activate(true))
    assert.equal(await isRevoked(key), revoked)
    assert.equal(await isRevoked(others), false)
  }
})

test('a connection lists everybody, writes what it owns or adopts, and is told whose the rest is', async () => {
  const { context, scim } = await connect()
  const second = await connect({ organizationId: context.organizationId })
  const user = await scim.user('a', { externalId: 'e1' })
  const group = await scim.group('g')
  assert.deepEqual(await second.scim.find('/Users', 'userName pr'), ['a'])
  for (const answer of [
    await second.scim.patch(`/Users/${user}`, [{ op: 'add', path: 'title', value: 'x' }]),
    await second.scim.patch(`/Users/${user}`, activate(false)),
    await second.scim.patch(`/Users/${user}`, activate(true)),
    await second.scim.put(`/Users/${user}`, toUser('a', { title: 'x' })),
    await second.scim.delete(`/Users/${user}`),
    await second.scim.patch(`/Groups/${group}`, [{ op: 'add', path: 'members', value: [{ value: user }] }]),
    await second.scim.patch(`/Groups/${group}`, [{ op: 'replace', path: 'displayName', value: 'x' }]),
    await second.scim.patch(`/Groups/${group}`, [{ op: 'replace', path: 'displayName', value: 'g' }]),
    await second.scim.delete(`/Groups/${group}`),
  ]) {
    assertError(answer, 403)
    assert.match(String(answer.at('detail')), /con_[0-9a-z]{26}/)
  }
  assert.equal((await scim.get(`/Users/${user}`)).at('meta', 'version'), 'W/"1"')
  const own = await second.scim.group('own', [user])
  assert.deepEqual(await second.scim.members(own), [user], 'it may name any listed person as a member')
  await database.query({ text: 'update users set connection_id = null, external_id = null where scim_id = $1' }, [user])
  await second.scim.patch(`/Users/${user}`, [{ op: 'add', path: 'title', value: 'adopted' }])
  assertError(await scim.patch(`/Users/${user}`, [{ op: 'add', path: 'title', value: 'x' }]), 403)
})

test('adopting a group whose name the connection has already is 409 uniqueness, not a failure', async () => {
  const { context, scim } = await connect()
  const second = await connect({ organizationId: context.organizationId })
  const [orphan, user] = [await scim.group('same'), await scim.user('a')]
  await second.scim.group('same')
  await database.query({ text: 'update teams set connection_id = null where scim_id = $1' }, [orphan])
  const add = [{ op: 'add', path: 'members', value: [{ value: user }] }]
  assertError(await second.scim.patch(`/Groups/${orphan}`, add), 409, 'uniqueness')
  assert.deepEqual(await second.scim.members(orphan), [])
})

test('externalId belongs to the connection that gave it: others neither see nor find it', async () => {
  const { context, scim } = await connect()
  const second = await connect({ organizationId: context.organizationId })
  const user = await scim.user('a', { externalId: 'e1' })
  assert.equal((await scim.get(`/Users/${user}`)).at('externalId'), 'e1')
  assert.equal((await second.scim.get(`/Users/${user}`)).at('externalId'), undefined)
  assert.equal((await second.scim.list('/Users')).at('Resources', 0, 'externalId'), undefined)
  for (const filter of ['externalId eq "e1"', 'externalId pr', 'externalId sw "e" and userName pr']) {
    assert.deepEqual(await scim.find('/Users', filter), ['a'], filter)
    assert.deepEqual(await second.scim.find('/Users', filter), [], filter)
  }
  assert.deepEqual(await second.scim.find('/Users', 'not (externalId pr)'), ['a'])
})

test('TRAP-F4: members that are nowhere, or in another organization, are the same invalidValue and store nothing', async () => {
  const { context, scim } = await connect()
  const elsewhere = await connect()
  const [known, foreign] = [await scim.user('a'), await elsewhere.scim.user('a')]
  const group = await scim.group('g')
  const before = await readChanges(context)
  for (const value of [foreign, newId(), 'no-id', '', group]) {
    const members = [{ value: known }, { value }]
    for (const operations of [
      [{ op: 'add', path: 'members', value: members }],
      [{ op: 'replace', path: 'members', value: members }],
      [
        { op: 'replace', path: 'displayName', value: 'x' },
        { op: 'add', path: 'members', value: members },
      ],
    ]) {
      const answer = await scim.patch(`/Groups/${group}`, operations)
      assertError(answer, 400, 'invalidValue')
      if (value !== '') assert.ok(String(answer.at('detail')).includes(value), answer.text)
    }
    if (value === group) continue
    assertError(await scim.post('/Groups', { schemas: [groupUrn], displayName: 'n', members }), 400, 'invalidValue')
  }
  assert.deepEqual(await readChanges(context), before)
  assert.equal((await scim.list('/Groups', { count: 0 })).at('totalResults'), 1)
  assert.deepEqual(await scim.members(group), [])
})

test('one organization neither finds, changes nor counts what is in another', async () => {
  const { scim } = await connect()
  const elsewhere = await connect()
  const [user, group] = [await scim.user('a'), await scim.group('g')]
  for (const path of [`/Users/${user}`, `/Groups/${group}`]) {
    assertError(await elsewhere.scim.get(path), 404)
    assertError(await elsewhere.scim.patch(path, [{ op: 'add', path: 'displayName', value: 'x' }]), 404)
    assertError(await elsewhere.scim.delete(path), 404)
  }
  assert.equal((await elsewhere.scim.list('/Users')).at('totalResults'), 0)
  await elsewhere.scim.user('a')
})

test('a password is discarded, or with passwordSync kept as a hash that tells nobody', async () => {
  const password = 'Tr0ub4dor&3-kÖ'
  const readHashes = async ({ organizationId }: DirectoryContext) => {
    const text = 'select hash from passwords where organization_id = $1'
    return (await database.query<{ hash: string }>({ text }, [organizationId])).rows.map((row) => row.hash)
  }
  const plain = await connect()
  const user = await plain.scim.user('a', { password })
  await plain.scim.patch(`/Users/${user}`, [{ op: 'replace', path: 'password', value: password }])
  assert.deepEqual(await readHashes(plain.context), [])
  const synced = await connect({ settings: { passwordSync: true } })
  const id = await synced.scim.user('a', { password: 'first' })
  const answer = await synced.scim.patch(`/Users/${id}`, [{ op: 'replace', path: 'password', value: password }])
  assert.equal(answer.at('meta', 'version'), 'W/"2"')
  const [hash = '', ...more] = await readHashes(synced.context)
  assert.deepEqual(more, [])
  assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  assert.equal(await isPassword(password, hash), true)
  assert.equal(await isPassword('first', hash), false)
  for (const { context } of [plain, synced])
    assert.ok(!JSON.stringify(await readChanges(context)).includes('Tr0ub4dor'))
  const text = 'select document, search::text as search from users where organization_id = $1'
  const { rows } = await database.query({ text }, [synced.context.organizationId])
  assert.ok(!JSON.stringify(rows).includes('assword'))
})

test('text that no database can hold is invalidValue, and a filter with it finds nothing', async () => {
  const { scim } = await connect()
  assertError(await scim.post('/Users', toUser('a\0b')), 400, 'invalidValue')
  const lone = await scim.send('POST', '/Users', { raw: JSON.stringify(toUser('a\ud800')) })
  assertError(lone, 400, 'invalidValue')
  await scim.user('back\\u0000slash')
  assert.deepEqual(await scim.find('/Users', 'userName eq "back\\\\u0000slash"'), ['back\\u0000slash'])
  assert.deepEqual(await scim.find('/Users', 'userName eq "a\\u0000b"'), [])
  assert.deepEqual(await scim.find('/Users', 'userName ne "a\\u0000b"'), ['back\\u0000slash'])
})

test('while the database is away every call is 503 with Retry-After', async () => {
  const away = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/none', poolMax: 1, statementTimeoutMs: 1_000 })
  const context = await createContext(database)
  const scim = connectTo(createDirectory({ database: away }), context)
  for (const answer of [
    await scim.get(`/Users/${newId()}`),
    await scim.list('/Users'),
    await scim.post('/Users', toUser('a')),
    await scim.delete(`/Users/${newId()}`),
  ]) {
    assertError(answer, 503)
    assert.match(answer.headers.get('retry-after') ?? '', /^\d+$/)
  }
  await away.close()
})

test('ids are UUIDs in the order of their making, and an account differs from its resource', async () => {
  const { context } = await connect()
  const ids = Array.from({ length: 10_000 }, newId)
  assert.deepEqual(ids.toSorted(), ids)
  assert.equal(new Set(ids).size, ids.length)
  const record = await storage.create(
    context,
    userType,
    { attributes: toUser('a'), writeOnly: {}, members: undefined },
    { groups: false, members: false },
  )
  const [account] = await readAccount(context, 'a')
  assert.equal(account?.scim_id, record.id)
  assert.notEqual(account?.id, record.id)
  assert.ok((await createConnection(database, context.organizationId)) !== context.connectionId)
})
