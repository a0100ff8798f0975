import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createAdminHarness, type AdminHarness } from '../admin/admin-harness.ts'
import { scimInit } from '../harness/provisioning.ts'

let admin: AdminHarness
before(async () => {
  admin = await createAdminHarness()
})
after(() => admin[Symbol.asyncDispose]())

const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
const patchOf = (...Operations: readonly object[]) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations,
})

type Held = {
  readonly role: { readonly id: string; readonly name: string }
  readonly source: string
  readonly sourceId: string
}

/** An organization whose default connection has this style and these settings, and what tests ask it. */
async function setUp(slug: string, style: string, settings: object = {}) {
  const { key } = await admin.createOrganization(slug)
  const base = `/api/v1/organizations/${slug}`
  const { body } = await admin.send('GET', `${base}/connections`)
  const connection: string = body.data[0].id
  const patched = await admin.send('PATCH', `${base}/connections/${connection}`, { body: { style, settings } })
  assert.equal(patched.status, 200)
  const scim = async (method: string, path: string, sent?: unknown, by = key) => {
    const response = await admin.application.fetch(`/scim/v2${path}`, scimInit(method, { key: by, body: sent }))
    const text = await response.text()
    return { status: response.status, body: text === '' ? {} : JSON.parse(text) }
  }
  const accountOf = async (scimId: string): Promise<string> => {
    const text = 'select id from users where scim_id = $1'
    const { rows } = await admin.application.database.query<{ id: string }>({ text }, [scimId])
    return rows[0]?.id ?? ''
  }
  const rolesOf = async (scimId: string): Promise<readonly Held[]> => {
    const { formatTypeId } = await import('../../src/type-id.ts')
    const user = formatTypeId('usr', await accountOf(scimId))
    return (await admin.send('GET', `${base}/role-assignments?user=${user}`)).body.data
  }
  const namesOf = async (scimId: string) => (await rolesOf(scimId)).map((held) => held.role.name).toSorted()
  const historyOf = async (scimId: string) => {
    const text = `select action, actor, data from changes where subject_id = $1 and action like 'role.%' order by position`
    type Row = { readonly action: string; readonly actor: string; readonly data: Record<string, unknown> }
    return (await admin.application.database.query<Row>({ text }, [await accountOf(scimId)])).rows
  }
  const makeRole = async (name: string): Promise<string> => {
    const made = await admin.send('POST', `${base}/roles`, { body: { name, permissions: ['people:read'] } })
    assert.equal(made.status, 201)
    return made.body.id
  }
  return { key, base, connection, scim, rolesOf, namesOf, historyOf, makeRole }
}

const uuidOf = async (id: string) => (await import('../../src/type-id.ts')).parseTypeId('role', id) ?? ''

test('AC-D18: roles by UUID: PATCH of two roles assigns both, and a PATCH with one takes the other back', async () => {
  const dog = await setUp('d18', 'datadog')
  const [first, second] = [await dog.makeRole('Reader'), await dog.makeRole('Writer')]
  const value = [
    { value: await uuidOf(first), display: 'Reader' },
    { value: await uuidOf(second), display: 'Writer' },
  ]
  const { body: person } = await dog.scim('POST', '/Users', { schemas, userName: 'ada' })
  const both = await dog.scim('PATCH', `/Users/${person.id}`, patchOf({ op: 'replace', path: 'roles', value }))
  assert.equal(both.status, 200)
  assert.deepEqual(await dog.namesOf(person.id), ['Reader', 'Writer'])
  const held = await dog.rolesOf(person.id)
  assert.deepEqual([held[0]?.source, held[0]?.sourceId], ['scim', dog.connection])
  await dog.scim('PATCH', `/Users/${person.id}`, patchOf({ op: 'replace', path: 'roles', value: value.slice(1) }))
  assert.deepEqual(await dog.namesOf(person.id), ['Writer'])
  const actions = (await dog.historyOf(person.id)).map(({ action }) => action)
  assert.deepEqual(actions, ['role.granted', 'role.granted', 'role.revoked'])
})

test('AC-D19: of a known and an unknown role the known one is given, the unknown one is written down, the request is served', async () => {
  const dog = await setUp('d19', 'datadog')
  const known = await uuidOf(await dog.makeRole('Reader'))
  const nobody = '0190aaaa-0000-7000-8000-000000000000'
  const made = await dog.scim('POST', '/Users', {
    schemas,
    userName: 'ada',
    roles: [
      { value: known, display: 'Reader' },
      { value: nobody, display: 'Ghost' },
    ],
  })
  assert.equal(made.status, 201)
  assert.deepEqual(await dog.namesOf(made.body.id), ['Reader'])
  const history = await dog.historyOf(made.body.id)
  const unknown = history.filter(({ action }) => action === 'role.unknown')
  assert.deepEqual(
    unknown.map(({ data }) => [data['value'], data['display']]),
    [[nobody, 'Ghost']],
  )
  assert.match(unknown[0]?.actor ?? '', /^key_/)
  const person = (await admin.send('GET', `${dog.base}/people?search=ada`)).body.data[0].id
  const { body: shown } = await admin.send('GET', `${dog.base}/people/${person}/history`)
  assert.deepEqual(
    shown.data.map(({ action }: { action: string }) => action),
    ['role.unknown', 'role.granted', 'user.created'],
  )
  const none = await dog.scim('POST', '/Users', { schemas, userName: 'bob', roles: [{ value: nobody }] })
  assert.deepEqual([none.status, await dog.namesOf(none.body.id)], [201, []], 'no default role, so none')
})

test('AC-D19: when no role matches, the default role of the connection is given, and gone when one matches', async () => {
  const dog = await setUp('d19-default', 'datadog', { roles: { default: 'auditor' } })
  const { body: person } = await dog.scim('POST', '/Users', { schemas, userName: 'a', roles: [{ value: 'nobody' }] })
  assert.deepEqual(
    (await dog.rolesOf(person.id)).map(({ role, source }) => [role.name, source]),
    [['auditor', 'default']],
  )
  const { body: plain } = await dog.scim('POST', '/Users', { schemas, userName: 'b' })
  assert.deepEqual(await dog.namesOf(plain.id), ['auditor'])
  const value = [{ value: 'Admin' }]
  await dog.scim('PATCH', `/Users/${person.id}`, patchOf({ op: 'add', path: 'roles', value }))
  assert.deepEqual(
    (await dog.rolesOf(person.id)).map(({ role, source }) => [role.name, source]),
    [['admin', 'scim']],
  )
  const wrong = await admin.send('PATCH', `${dog.base}/connections/${dog.connection}`, {
    body: { settings: { roles: { default: 'nobody' } } },
  })
  assert.deepEqual([wrong.status, wrong.body.errors[0].pointer], [400, '/settings/roles/default'])
})

test('AC-D20: roles as an array of strings are refused with the words of Datadog, by POST and by PATCH', async () => {
  const dog = await setUp('d20', 'datadog')
  const made = await dog.scim('POST', '/Users', { schemas, userName: 'ada', roles: ['a'] })
  assert.deepEqual([made.status, made.body.detail], [400, "'roles' should be object"])
  const { body: person } = await dog.scim('POST', '/Users', { schemas, userName: 'ada' })
  for (const operation of [
    { op: 'replace', path: 'roles', value: ['a'] },
    { op: 'add', value: { roles: ['a'] } },
  ]) {
    const patched = await dog.scim('PATCH', `/Users/${person.id}`, patchOf(operation))
    assert.deepEqual([patched.status, patched.body.detail], [400, "'roles' should be object"])
  }
  const text = JSON.stringify({ value: 'auditor', display: 'Auditor' })
  await dog.scim('PATCH', `/Users/${person.id}`, patchOf({ op: 'add', path: 'roles', value: [text] }))
  assert.deepEqual(await dog.namesOf(person.id), ['auditor'], 'an object as JSON text is one')
})

const full = (userName: string, roles?: unknown) => ({
  schemas,
  externalId: userName,
  active: true,
  userName,
  displayName: userName,
  emails: [{ value: `${userName}@example.com`, type: 'work', primary: true }],
  ...(roles === undefined ? {} : { roles }),
})

test('the roles of GitHub by name and by each GUID, in any case; the GUID of an owner makes an owner, on record', async () => {
  const hub = await setUp('g16', 'github')
  const cases = [
    ['981df190-8801-4618-a08a-d91f6206c954', 'owner'],
    ['BA4987AB-A1C3-412A-B58C-360FC407CB10', 'owner'],
    ['enterprise_owner', 'owner'],
    ['Enterprise Owner', 'owner'],
    ['27d9891d-2c17-4f45-a262-781a0e55c80a', 'member'],
    ['User', 'member'],
    ['1ebc4a02-e56c-43a6-92a5-02ee09b90824', 'guest'],
    ['guest_collaborator', 'guest'],
    ['0e338b8c-cc7f-498a-928d-ea3470d7e7e3', 'billing manager'],
    ['e6be2762-e4ad-4108-b72d-1bbe884a0f91', 'billing manager'],
    ['Billing_Manager', 'billing manager'],
  ] as const
  for (const [index, [value, name]] of cases.entries()) {
    const made = await hub.scim('POST', '/Users', full(`p${index}`, [{ value }]))
    assert.equal(made.status, 201, value)
    assert.deepEqual(await hub.namesOf(made.body.id), [name], value)
    const [granted] = await hub.historyOf(made.body.id)
    assert.equal(granted?.action, 'role.granted')
    assert.match(granted?.actor ?? '', /^key_/)
    assert.deepEqual(granted?.data['role'], { id: granted?.data['role'] && Object(granted.data['role']).id, name })
  }
})

test('AC-G17: without roles a person is a plain user; an unknown role is refused, naming the allowed ones, and nobody is made', async () => {
  const hub = await setUp('g17', 'github')
  const plain = await hub.scim('POST', '/Users', full('plain'))
  assert.deepEqual([plain.status, await hub.namesOf(plain.body.id)], [201, []])
  const refused = await hub.scim('POST', '/Users', full('odd', [{ value: 'superhero' }]))
  assert.equal(refused.status, 400)
  assert.match(refused.body.detail, /"superhero".*user, guest_collaborator, enterprise_owner, billing_manager/)
  const found = await hub.scim('GET', `/Users?filter=${encodeURIComponent('userName eq "odd"')}`)
  assert.equal(found.body.totalResults, 0)
  const patched = await hub.scim(
    'PATCH',
    `/Users/${plain.body.id}`,
    patchOf({ op: 'replace', path: 'roles', value: [{ value: 'nope' }] }),
  )
  assert.equal(patched.status, 400)
})

test('a PUT without roles takes them back, one that changes nothing writes nothing, and roles given by hand stay', async () => {
  const hub = await setUp('put-roles', 'github')
  const { body: person } = await hub.scim('POST', '/Users', full('ada', [{ value: 'billing_manager' }]))
  await admin.send('POST', `${hub.base}/roles/auditor/grant`, { body: { user: person.id } })
  const before = (await hub.historyOf(person.id)).length
  await hub.scim('PUT', `/Users/${person.id}`, full('ada', [{ value: 'billing_manager' }]))
  assert.equal((await hub.historyOf(person.id)).length, before)
  await hub.scim('PUT', `/Users/${person.id}`, full('ada'))
  assert.deepEqual(await hub.namesOf(person.id), ['auditor'])
})

test('the last owner is not demoted over SCIM', async () => {
  const hub = await setUp('last-scim', 'github')
  const { body: person } = await hub.scim('POST', '/Users', full('ada', [{ value: 'enterprise_owner' }]))
  const refused = await hub.scim('PUT', `/Users/${person.id}`, full('ada', [{ value: 'user' }]))
  assert.equal(refused.status, 409)
  assert.match(refused.body.detail, /last owner/)
  assert.deepEqual(await hub.namesOf(person.id), ['owner'])
})

test('a key whose owner may not manage roles writes people, and the roles that it names are written down, not given', async () => {
  const org = await setUp('no-giver', 'rollcall')
  await admin.send('POST', `${org.base}/roles`, {
    body: { name: 'Provisioner', permissions: ['people:invite', 'people:manage'] },
  })
  await admin.send('POST', `${org.base}/service-accounts`, { body: { name: 'idp', roles: ['provisioner'] } })
  const { body: key } = await admin.send('POST', `${org.base}/keys`, {
    body: { scopes: ['scim'], serviceAccount: 'idp' },
  })
  const made = await org.scim('POST', '/Users', { schemas, userName: 'ada', roles: [{ value: 'owner' }] }, key.key)
  assert.equal(made.status, 201)
  assert.deepEqual(await org.namesOf(made.body.id), [])
  const [note] = await org.historyOf(made.body.id)
  assert.deepEqual([note?.action, note?.data['value']], ['role.refused', 'owner'])
})

test('ten writers who change the roles of one person at once leave those of one of them', async () => {
  const dog = await setUp('race-roles', 'datadog')
  const { body: person } = await dog.scim('POST', '/Users', { schemas, userName: 'ada' })
  const names = ['admin', 'auditor', 'guest', 'billing manager', 'team maintainer']
  const answers = await Promise.all(
    [...names, ...names].map((value) =>
      dog.scim('PATCH', `/Users/${person.id}`, patchOf({ op: 'replace', path: 'roles', value: [{ value }] })),
    ),
  )
  assert.ok(answers.some(({ status }) => status === 200))
  const { body } = await dog.scim('GET', `/Users/${person.id}`)
  assert.deepEqual(await dog.namesOf(person.id), [body.roles[0].value])
})

test('an account that a connection takes back has only the roles that it is given anew', async () => {
  const dog = await setUp('back', 'rollcall')
  const send = (roles?: object) => dog.scim('POST', '/Users', { schemas, userName: 'ada', externalId: 'x1', ...roles })
  const { body: first } = await send({ roles: [{ value: 'admin' }] })
  await dog.scim('DELETE', `/Users/${first.id}`)
  const { body: second } = await send()
  assert.deepEqual(await dog.namesOf(second.id), [])
  assert.deepEqual(
    (await dog.historyOf(second.id)).map(({ action }) => action),
    ['role.granted', 'role.revoked'],
  )
})

test('bulk creates people with roles one by one', async () => {
  const dog = await setUp('bulk-roles', 'rollcall')
  const Operations = ['a', 'b', 'c'].map((userName) => {
    const roles = userName === 'b' ? { roles: [{ value: 'auditor' }] } : {}
    return { method: 'POST', path: '/Users', bulkId: userName, data: { schemas, userName, ...roles } }
  })
  const { body } = await dog.scim('POST', '/Bulk', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations,
  })
  assert.deepEqual(
    body.Operations.map(({ status }: { status: string }) => status),
    ['201', '201', '201'],
  )
  const id = body.Operations[1].location.split('/').at(-1)
  assert.deepEqual(await dog.namesOf(id), ['auditor'])
})
