import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { keyCacheMs } from '../../src/access/key-cache.ts'
import { jobs } from '../../src/jobs.ts'
import { formatTypeId } from '../../src/type-id.ts'
import { createAdminHarness, type AdminHarness } from '../admin/admin-harness.ts'
import { countRoundTrips } from '../harness/database.ts'
import { scimInit } from '../harness/provisioning.ts'

let admin: AdminHarness
before(async () => {
  admin = await createAdminHarness()
})
after(() => admin[Symbol.asyncDispose]())

const userSchemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
const groupSchemas = ['urn:ietf:params:scim:schemas:core:2.0:Group']
const patchOf = (...Operations: readonly object[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations,
})

async function runJob(name: string): Promise<void> {
  const job = jobs.find((each) => each.name === name)
  assert.ok(job !== undefined, name)
  await job.run(admin.application.application.parts, new AbortController().signal)
}

async function setUp(slug: string) {
  const { key } = await admin.createOrganization(slug)
  const base = `/api/v1/organizations/${slug}`
  const api = (method: string, path: string, body?: object) =>
    admin.send(method, base + path, { ...(body !== undefined && { body }) })
  const scim = async (method: string, path: string, sent?: unknown) => {
    const response = await admin.application.fetch(`/scim/v2${path}`, scimInit(method, { key, body: sent }))
    const text = await response.text()
    return { status: response.status, body: text === '' ? {} : JSON.parse(text) }
  }
  const user = async (userName: string): Promise<string> => {
    const { status, body } = await scim('POST', '/Users', { schemas: userSchemas, userName })
    assert.equal(status, 201)
    return body.id
  }
  const group = async (displayName: string, members: readonly string[] = []): Promise<string> => {
    const body = { schemas: groupSchemas, displayName, members: members.map((value) => ({ value })) }
    const made = await scim('POST', '/Groups', body)
    assert.equal(made.status, 201)
    return made.body.id
  }
  const join = (group: string, value: string) =>
    scim('PATCH', `/Groups/${group}`, patchOf({ op: 'add', path: 'members', value: [{ value }] }))
  const leave = (group: string, value: string) =>
    scim('PATCH', `/Groups/${group}`, patchOf({ op: 'remove', path: `members[value eq "${value}"]` }))
  const accountOf = async (scimId: string): Promise<string> => {
    const text = 'select id from users where scim_id = $1'
    return (await admin.application.database.query<{ id: string }>({ text }, [scimId])).rows[0]?.id ?? ''
  }
  const namesOf = async (scimId: string, effective?: boolean): Promise<readonly string[]> => {
    const user = formatTypeId('usr', await accountOf(scimId))
    const { body } = await api('GET', `/role-assignments?user=${user}`)
    type Held = { readonly role: { readonly name: string }; readonly isEffective: boolean }
    const held: readonly Held[] = body.data
    return held
      .filter(({ isEffective }) => effective === undefined || isEffective === effective)
      .map(({ role }) => role.name)
      .toSorted()
  }
  const historyOf = async (scimId: string) => {
    const text = `select action, actor, request_id from changes where subject_id = $1 and action like 'role.%' order by position`
    type Row = { readonly action: string; readonly actor: string; readonly request_id: string | null }
    return (await admin.application.database.query<Row>({ text }, [await accountOf(scimId)])).rows
  }
  return { key, api, scim, user, group, join, leave, namesOf, historyOf, accountOf }
}

/** The cached key of a connection must have heard that groups give roles now. */
const heard = () => sleep(keyCacheMs + 20)

test('a group gives its members a role: those who are in it, those who join, and takes it back from those who leave', async () => {
  const org = await setUp('mapped')
  const [ada, bob] = [await org.user('ada'), await org.user('bob')]
  const group = await org.group('IT Admins', [ada])
  const made = await org.api('POST', '/role-mappings', { group: 'IT Admins', role: 'admin' })
  assert.equal(made.status, 201)
  assert.deepEqual(await org.namesOf(ada), ['admin'])
  await heard()
  await org.join(group, bob)
  assert.deepEqual(await org.namesOf(bob), ['admin'], 'in the same transaction')
  const [granted] = await org.historyOf(bob)
  assert.match(granted?.actor ?? '', /^key_/)
  assert.ok(granted?.request_id !== null)
  await org.leave(group, bob)
  assert.deepEqual(await org.namesOf(bob), [])
  assert.deepEqual(
    (await org.historyOf(bob)).map(({ action }) => action),
    ['role.granted', 'role.revoked'],
  )
  await org.scim('DELETE', `/Groups/${group}`)
  assert.deepEqual(await org.namesOf(ada), [])
  const later = await org.group('IT Admins', [ada])
  assert.deepEqual(await org.namesOf(ada), ['admin'], 'a group of that name that comes later counts')
  await org.group('Guides', [bob])
  await org.api('POST', '/role-mappings', { group: 'guides', role: 'guest' })
  assert.deepEqual(await org.namesOf(bob), [], 'case matters')
  assert.equal((await org.api('DELETE', `/role-mappings/${made.body.id}`)).status, 204)
  assert.deepEqual(await org.namesOf(ada), [])
  assert.ok(later)
})

test('roles by hand and by another mapping stay when a group takes its own back; a rename is followed', async () => {
  const org = await setUp('sources')
  const ada = await org.user('ada')
  const [one, two] = [await org.group('one', [ada]), await org.group('two', [ada])]
  for (const group of ['one', 'two']) await org.api('POST', '/role-mappings', { group, role: 'auditor' })
  await org.api('POST', '/roles/auditor/grant', { user: ada })
  assert.deepEqual(await org.namesOf(ada), ['auditor', 'auditor', 'auditor'])
  await heard()
  await org.leave(one, ada)
  assert.deepEqual(await org.namesOf(ada), ['auditor', 'auditor'])
  await org.scim('PATCH', `/Groups/${two}`, patchOf({ op: 'replace', path: 'displayName', value: 'renamed' }))
  assert.deepEqual(await org.namesOf(ada), ['auditor'])
  const elsewhere = await org.api('POST', '/roles/auditor/revoke', { user: ada })
  assert.equal(elsewhere.status, 200)
  assert.deepEqual(await org.namesOf(ada), [])
})

test('a change of one membership costs the same in a small and a large group, and two at once leave what is true', async () => {
  const org = await setUp('cost')
  const people = await Promise.all(Array.from({ length: 60 }, (_, n) => org.user(`p${n}`)))
  const [first = '', second = ''] = people
  const [small, large] = [await org.group('small'), await org.group('large', people.slice(2))]
  for (const group of ['small', 'large']) await org.api('POST', '/role-mappings', { group, role: 'guest' })
  await heard()
  const { database } = admin.application
  // The least of several: now and then a batch of the request log or a look-up of the key falls into one.
  const cost = async (group: string): Promise<number> => {
    const trips: number[] = []
    for (let times = 0; times < 4; times++) {
      await org.leave(group, first)
      trips.push(await countRoundTrips(database, () => org.join(group, first)))
    }
    return Math.min(...trips)
  }
  assert.equal(await cost(large), await cost(small))
  await org.join(small, second)
  await Promise.all([
    org.leave(small, first),
    org.leave(large, first),
    org.join(large, second),
    org.leave(small, second),
  ])
  await runJob('settle-mapped-roles')
  assert.deepEqual(await org.namesOf(first), [])
  assert.deepEqual(await org.namesOf(second), ['guest'])
})

test('memberships that other writers change are settled by the job, and drift is found and mended', async () => {
  const org = await setUp('drift')
  const ada = await org.user('ada')
  await org.group('guides', [ada])
  await org.api('POST', '/role-mappings', { group: 'guides', role: 'guest' })
  const { database } = admin.application
  const account = await org.accountOf(ada)
  await database.query({ text: 'delete from memberships where member_id = $1' }, [account])
  await runJob('settle-mapped-roles')
  assert.deepEqual(await org.namesOf(ada), [])
  assert.equal((await org.historyOf(ada)).at(-1)?.actor, 'system')
  await database.query(
    {
      text: `insert into role_assignments (organization_id, subject_kind, subject_id, role_id, source, source_id, granted_at, granted_by)
        select organization_id, 'user', $1, role_id, 'mapping', id, $2, 'nobody' from role_mappings where group_name = 'guides'`,
    },
    [account, new Date()],
  )
  assert.deepEqual(await org.namesOf(ada), ['guest'])
  await runJob('find-drifted-roles')
  await runJob('settle-mapped-roles')
  assert.deepEqual(await org.namesOf(ada), [])
})

test('the dry run lists first who matches no mapping and would lose all roles; it changes nothing, and the switch does what it said', async () => {
  const org = await setUp('d31')
  const [boss, mapped, unmatched, plain] = [
    await org.user('boss'),
    await org.user('mapped'),
    await org.user('unmatched'),
    await org.user('plain'),
  ]
  await org.group('Bosses', [boss])
  await org.group('Auditors', [mapped])
  for (const user of [mapped, unmatched]) await org.api('POST', '/roles/billing-manager/grant', { user })
  const add = [
    { group: 'Bosses', role: 'owner' },
    { group: 'Auditors', role: 'auditor' },
  ]
  const preview = await org.api('POST', '/role-mappings/preview', { mode: 'only', add })
  assert.equal(preview.status, 200)
  type Person = {
    readonly userName: string
    readonly loses: readonly { readonly name: string }[]
    readonly gains: readonly { readonly name: string }[]
    readonly losesAllRoles: boolean
    readonly withoutSignIn: boolean
  }
  const people: readonly Person[] = preview.body.people
  const told = people.map(({ userName, loses, gains, losesAllRoles, withoutSignIn }) => {
    return [userName, loses.map(({ name }) => name), gains.map(({ name }) => name), losesAllRoles, withoutSignIn]
  })
  assert.deepEqual(told, [
    ['unmatched', ['billing manager'], [], true, true],
    ['plain', [], [], false, true],
    ['mapped', ['billing manager'], ['auditor'], false, false],
    ['boss', [], ['owner'], false, false],
  ])
  assert.deepEqual(preview.body.counts, { people: 4, losingAllRoles: 1, withoutSignIn: 2, admins: 1 })
  assert.match(preview.body.warnings.join(), /1 people would lose all roles.*2 people match no mapping/)
  assert.deepEqual(await org.namesOf(unmatched), ['billing manager'])
  assert.deepEqual(await org.namesOf(plain), [])
  assert.equal((await org.api('GET', '/role-mappings')).body.data.length, 0)
  for (const mapping of add) assert.equal((await org.api('POST', '/role-mappings', mapping)).status, 201)
  const switched = await org.api('PATCH', '/role-mapping-settings', { mode: 'only' })
  assert.equal(switched.status, 200)
  assert.deepEqual(await org.namesOf(unmatched, true), [], 'nothing of it counts any more')
  assert.deepEqual(await org.namesOf(mapped, true), ['auditor'])
  const { body: key } = await org.api('POST', '/keys', { scopes: ['admin:enterprise'], user: unmatched })
  assert.deepEqual((await admin.send('GET', '/api/v1/whoami', { key: key.key })).body.permissions, [])
  await org.api('PATCH', '/role-mapping-settings', { mode: 'add' })
  assert.deepEqual(await org.namesOf(unmatched, true), ['billing manager'], 'and comes back with the mode')
})

test('CON-M4: mapping alone starts only when a group makes somebody admin, and no change of it may leave none', async () => {
  const org = await setUp('m4')
  const ada = await org.user('ada')
  await org.api('POST', '/roles/owner/grant', { user: ada })
  const early = await org.api('PATCH', '/role-mapping-settings', { mode: 'only' })
  assert.equal(early.status, 409, 'without any mapping the owner would be none any more')
  const group = await org.group('Admins', [ada])
  const { body: mapping } = await org.api('POST', '/role-mappings', { group: 'Admins', role: 'auditor' })
  const refused = await org.api('PATCH', '/role-mapping-settings', { mode: 'only' })
  assert.equal(refused.status, 409)
  assert.match(refused.body.detail, /last owner/)
  const bea = await setUp('m4-keys')
  const none = await bea.api('PATCH', '/role-mapping-settings', { mode: 'only' })
  assert.equal(none.status, 409)
  assert.match(none.body.detail, /map a group that has an active member to the role admin or owner first/)
  await org.api('PATCH', `/role-mappings/${mapping.id}`, { role: 'owner' })
  assert.equal((await org.api('PATCH', '/role-mapping-settings', { mode: 'only' })).status, 200)
  for (const [method, path, body] of [
    ['PATCH', `/role-mappings/${mapping.id}`, { role: 'auditor' }],
    ['PATCH', `/role-mappings/${mapping.id}`, { group: 'Nobody' }],
    ['DELETE', `/role-mappings/${mapping.id}`, undefined],
  ] as const) {
    const answer = await org.api(method, path, body)
    assert.equal(answer.status, 409, JSON.stringify(body))
    assert.match(answer.body.detail, /last owner/)
  }
  await heard()
  for (const [method, path, body] of [
    ['PATCH', `/Groups/${group}`, patchOf({ op: 'remove', path: `members[value eq "${ada}"]` })],
    ['PUT', `/Groups/${group}`, { schemas: groupSchemas, displayName: 'Admins', members: [] }],
    ['DELETE', `/Groups/${group}`, undefined],
    ['DELETE', `/Users/${ada}`, undefined],
    ['PATCH', `/Users/${ada}`, patchOf({ op: 'replace', path: 'active', value: false })],
  ] as const) {
    const answer = await org.scim(method, path, body)
    assert.equal(answer.status, 409, `${method} ${path}`)
    assert.match(answer.body.detail, /last owner/)
  }
  assert.deepEqual(await org.namesOf(ada, true), ['owner'])
  const bob = await org.user('bob')
  await org.join(group, bob)
  assert.equal((await org.leave(group, ada)).status, 200 + 4)
  assert.deepEqual(await org.namesOf(bob, true), ['owner'])
})

test('mappings are checked: group or team, once, a role that is there, and no more than 1,000', async () => {
  const org = await setUp('limits')
  const { database } = admin.application
  for (const [body, status] of [
    [{ role: 'admin' }, 400],
    [{ group: 'a', team: 'team_01h4zpwq00e008000000000000', role: 'admin' }, 400],
    [{ team: 'team_01h4zpwq00e008000000000000', role: 'admin' }, 404],
    [{ group: 'a', role: 'nobody' }, 404],
    [{ group: '', role: 'admin' }, 400],
  ] as const)
    assert.equal((await org.api('POST', '/role-mappings', body)).status, status, JSON.stringify(body))
  const { body: made } = await org.api('POST', '/role-mappings', { group: 'a', role: 'admin' })
  assert.equal((await org.api('POST', '/role-mappings', { group: 'a', role: 'admin' })).status, 409)
  assert.equal((await org.api('POST', '/role-mappings', { group: 'A', role: 'admin' })).status, 201)
  await database.query(
    {
      text: `insert into role_mappings (organization_id, id, group_name, role_id, created_at, updated_at)
        select m.organization_id, gen_random_uuid(), 'g' || n, m.role_id, m.created_at, m.updated_at
        from role_mappings m, generate_series(1, 998) n where m.group_name = 'a'`,
    },
    [],
  )
  const full = await org.api('POST', '/role-mappings', { group: 'b', role: 'admin' })
  assert.equal(full.status, 409)
  assert.match(full.body.detail, /at most 1000 mappings/)
  const stale = await admin.send('DELETE', `/api/v1/organizations/limits/role-mappings/${made.id}`, {
    headers: { 'if-match': '"9"' },
  })
  assert.equal(stale.status, 412)
  assert.equal((await org.api('GET', '/role-mappings?total=true')).body.total, 1_000)
})

test('a team that somebody made here does not borrow the roles of a pushed group by its name', async () => {
  const org = await setUp('borrow')
  const ada = await org.user('ada')
  const group = await org.group('Admins', [ada])
  await admin.application.database.query({ text: 'update teams set connection_id = null where scim_id = $1' }, [group])
  await org.api('POST', '/role-mappings', { group: 'Admins', role: 'admin' })
  assert.deepEqual(await org.namesOf(ada), [])
})
