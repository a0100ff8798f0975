import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createSamlHarness, type Claim, type SamlHarness } from './saml-harness.ts'

const objectId = 'http://schemas.microsoft.com/identity/claims/objectidentifier'
const core = 'urn:ietf:params:scim:schemas:core:2.0:User'
let saml: SamlHarness

before(async () => {
  saml = await createSamlHarness()
})
after(() => saml[Symbol.asyncDispose]())

async function provision(userName: string, externalId?: string): Promise<string> {
  const made = await saml.scim('POST', '/Users', { schemas: [core], userName, externalId, active: true })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  return accountOf(userName)
}

async function accountOf(userName: string): Promise<string> {
  const { data } = (await saml.api('GET', '/people?limit=200')).body
  return data.find((person: Record<string, string>) => person['userName'] === userName)?.id ?? ''
}

/** Account id of whoever is signed in by this. */
async function whoIs(claim: Claim): Promise<string> {
  const answer = await saml.signIn(claim)
  assert.equal(answer.status, 303, await answer.text())
  const { rows } = await saml.admin.application.database.query<{ user_id: string }>({
    text: 'select user_id from sessions order by id desc limit 1',
  })
  const { formatTypeId } = await import('@rollcall/admin-api')
  return formatTypeId('usr', rows[0]?.user_id ?? '')
}

const countPeople = async (): Promise<number> => (await saml.api('GET', '/people?total=true')).body.total

test('AC-G34: Entra’s object identifier is compared with externalId first, then NameID with userName', async () => {
  const connection = (await saml.api('GET', '/connections')).body.data[0]
  await saml.api('PATCH', `/connections/${connection.id}`, { settings: { invitations: 'none' } })
  const first = await provision('one@acme.example', 'oid-1')
  const second = await provision('two@acme.example', 'oid-2')
  // The name of one with the id of the other: the id says who it is.
  assert.equal(await whoIs({ nameId: 'one@acme.example', attributes: { [objectId]: 'oid-2' } }), second)
  assert.equal(await whoIs({ nameId: 'one@acme.example', attributes: { [objectId]: 'oid-1' } }), first)
  assert.equal(await whoIs({ nameId: 'ONE@Acme.Example' }), first)
  assert.equal(await whoIs({ nameId: 'two@acme.example', attributes: { [objectId]: 'unknown' } }), second)
})

test('AC-G34: what fits nobody is refused on a page that names both attributes and values, in four languages', async () => {
  const claim = { nameId: 'nobody@acme.example', attributes: { [objectId]: 'oid-<9>'.replaceAll(/[<>]/g, '') } }
  const titles = {
    en: 'You are not signed in',
    ko: '로그인되지 않았습니다',
    ja: 'サインインできませんでした',
    fr: 'Vous n’êtes pas connecté',
  }
  for (const [language, title] of Object.entries(titles)) {
    const begun = await saml.begin()
    const answer = await saml.post(await saml.respond(claim, begun), { ...begun, language })
    assert.equal(answer.status, 403)
    assert.equal(answer.headers.get('content-language'), language)
    const text = await answer.text()
    for (const part of [title, 'nobody@acme.example', 'NameID', 'userName', objectId, 'oid-9', 'externalId'])
      assert.ok(text.includes(part), `${language}: ${part}`)
    assert.ok(!text.includes('<script'))
  }
})

test('AC-G34: two people with one external id are nobody', async () => {
  const { connection, key } = await secondConnection()
  assert.ok(connection !== undefined)
  const made = await saml.admin.send('POST', '/scim/v2/Users', {
    key,
    body: { schemas: [core], userName: 'twin@acme.example', externalId: 'oid-1', active: true },
  })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  assert.equal((await saml.signIn({ nameId: 'one@acme.example', attributes: { [objectId]: 'oid-1' } })).status, 403)
  assert.equal((await saml.failures())[0].code, 'ambiguous')
})

async function secondConnection(): Promise<{ readonly connection: string; readonly key: string }> {
  const made = await saml.api('POST', '/connections', {
    type: 'scim',
    name: 'second',
    settings: { invitations: 'none' },
  })
  const issued = await saml.api('POST', '/keys', { scopes: ['scim'], connection: made.body.id })
  return { connection: made.body.id, key: issued.body.key }
}

test('AC-G35: with SCIM on a sign-in creates nobody, whatever the setting says', async () => {
  const people = await countPeople()
  const justInTime = (enabled: boolean) =>
    saml.api('PATCH', `/identity-providers/${saml.provider.id}`, { saml: { justInTime: { enabled } } })
  for (const enabled of [false, true]) {
    await justInTime(enabled)
    assert.equal((await saml.signIn({ nameId: 'new@acme.example' })).status, 403)
    assert.equal((await saml.failures())[0].code, 'noAccount')
    assert.equal(await countPeople(), people)
  }
  const { rows } = await saml.admin.application.database.query<{ count: number }>({
    text: `select count(*) as count from users where user_name_key = 'new@acme.example'`,
  })
  assert.equal(rows[0]?.count, 0)
})

test('AC-D29: the setting says that it is blocked while SCIM is on, and works when SCIM is off', async () => {
  const read = async () =>
    (await saml.api('GET', `/identity-providers/${saml.provider.id}`)).body.saml.settings.justInTime
  const blocked = await read()
  assert.deepEqual([blocked.enabled, blocked.works], [true, false])
  assert.match(blocked.explanation, /Blocked: SCIM is on/)
  const { data } = (await saml.api('GET', '/connections')).body
  for (const { id } of data) await saml.api('PATCH', `/connections/${id}`, { state: 'disabled' })
  assert.equal((await read()).works, true)
  const people = await countPeople()
  const id = await whoIs({ nameId: 'new@acme.example', attributes: { givenName: 'Neu', mail: 'new@acme.example' } })
  assert.equal(await countPeople(), people + 1)
  const person = (await saml.api('GET', `/people/${id}`)).body
  assert.deepEqual([person.userName, person.state, person.owner], ['new@acme.example', 'active', 'local'])
  assert.equal(await whoIs({ nameId: 'new@acme.example' }), id)
  const bad = await saml.signIn({ nameId: 'x'.repeat(500) })
  assert.equal(bad.status, 403)
  for (const { id: connection } of data) await saml.api('PATCH', `/connections/${connection}`, { state: 'active' })
})

test('AC-D5: whoever has not accepted the invitation is refused with a hint, and comes in after that', async () => {
  const made = await saml.api('POST', '/people', {
    attributes: { userName: 'invited@acme.example', emails: [{ value: 'invited@acme.example', primary: true }] },
    invite: true,
  })
  assert.equal(made.body.state, 'pending')
  const answer = await saml.signIn({ nameId: 'invited@acme.example' })
  assert.equal(answer.status, 403)
  assert.match(await answer.text(), /open the link in the mail/)
  assert.equal((await saml.failures())[0].code, 'invitationNotAccepted')
  await saml.api('POST', `/people/${made.body.id}/activate`, {})
  assert.equal((await saml.signIn({ nameId: 'invited@acme.example' })).status, 303)
})

test('AC-D31: with the mapping on, whoever matches no value loses all roles and does not come in; the preview says so first', async () => {
  const path = `/identity-providers/${saml.provider.id}/mappings`
  const boss = await accountOf('one@acme.example')
  const lost = await accountOf('two@acme.example')
  for (const user of [boss, lost]) {
    const granted = await saml.api('POST', '/roles/auditor/grant', { user })
    assert.equal(granted.status, 200, JSON.stringify(granted.body))
  }
  await saml.signIn({ nameId: 'one@acme.example', attributes: { groups: ['IT', 'Staff'] } })
  await saml.signIn({ nameId: 'two@acme.example', attributes: { groups: ['it'] } })
  const mapping = { attribute: 'groups', value: 'IT', role: 'admin' }
  const roles = { enabled: true, mappings: [mapping] }
  const preview = await saml.api('POST', `${path}/preview`, { roles })
  assert.equal(preview.status, 200, JSON.stringify(preview.body))
  // Those who would lose everything come first, and letter case counts: `it` is no `IT`.
  assert.equal(preview.body.people[0].losesAllRoles, true)
  const of = (id: string) => preview.body.people.find((person: Record<string, string>) => person['id'] === id)
  assert.deepEqual([of(lost).losesAllRoles, of(lost).withoutSignIn], [true, true])
  assert.deepEqual(
    [of(boss).gains[0].name, of(boss).loses[0].name, of(boss).losesAllRoles],
    ['admin', 'auditor', false],
  )
  assert.match(preview.body.warnings.join(), /would lose all roles/)
  const noAdmin = await saml.api('PATCH', path, {
    roles: { enabled: true, mappings: [{ ...mapping, role: 'auditor' }] },
  })
  assert.equal(noAdmin.status, 409)
  assert.equal((await saml.api('PATCH', path, { roles })).status, 200)
  const rolesOf = async (id: string): Promise<readonly string[]> =>
    (await saml.api('GET', `/role-assignments?user=${id}`)).body.data.map(
      (each: { role: { name: string } }) => each.role.name,
    )
  assert.equal((await saml.signIn({ nameId: 'two@acme.example', attributes: { groups: ['it'] } })).status, 403)
  assert.equal((await saml.failures())[0].code, 'noRole')
  assert.deepEqual(await rolesOf(lost), [])
  assert.equal((await saml.signIn({ nameId: 'one@acme.example', attributes: { groups: ['IT'] } })).status, 303)
  assert.deepEqual(await rolesOf(boss), ['admin'])
  assert.equal((await saml.signIn({ nameId: 'two@acme.example', attributes: { groups: ['IT'] } })).status, 303)
  assert.deepEqual(await rolesOf(lost), ['admin'])
  // Entra names no groups where there are many: that takes nothing away.
  const groups = 'http://schemas.microsoft.com/ws/2008/06/identity/claims/groups'
  await saml.api('PATCH', path, { roles: { mappings: [mapping, { ...mapping, attribute: groups }] } })
  const link = { 'http://schemas.microsoft.com/claims/groups.link': 'https://graph.windows.net/x' }
  assert.equal((await saml.signIn({ nameId: 'two@acme.example', attributes: link })).status, 403)
  assert.equal((await saml.failures())[0].code, 'tooManyGroups')
  assert.deepEqual(await rolesOf(lost), ['admin'])
  await saml.api('PATCH', path, { roles: { enabled: false } })
})

test('AC-D31: values put people into teams and out of them again, and keep nobody outside', async () => {
  const path = `/identity-providers/${saml.provider.id}/mappings`
  const team = (await saml.api('POST', '/teams', { name: 'Mapped' })).body
  const gone = (await saml.api('POST', '/teams', { name: 'Gone' })).body
  const mappings = [team, gone].map(({ id }) => ({ attribute: 'groups', value: 'Staff', team: id }))
  assert.equal((await saml.api('PATCH', path, { teams: { enabled: true, mappings } })).status, 200)
  await saml.api('DELETE', `/teams/${gone.id}`)
  const members = async (): Promise<readonly string[]> =>
    (await saml.api('GET', `/teams/${team.id}/members`)).body.data.map((each: Record<string, string>) => each['id'])
  const one = await accountOf('one@acme.example')
  const signIn = (groups: readonly string[]) => saml.signIn({ nameId: 'one@acme.example', attributes: { groups } })
  assert.equal((await signIn(['Staff'])).status, 303)
  assert.deepEqual(await members(), [one])
  assert.equal((await signIn(['staff'])).status, 303)
  assert.deepEqual(await members(), [])
  // Who was added by hand is no business of the mapping.
  await saml.api('POST', `/teams/${team.id}/members`, { members: [one] })
  assert.equal((await signIn(['Staff'])).status, 303)
  assert.equal((await signIn([])).status, 303)
  assert.deepEqual(await members(), [one])
})

test('AC-D31: there are at most 1,000 mappings of roles and 1,000 of teams', async () => {
  const path = `/identity-providers/${saml.provider.id}/mappings`
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ attribute: 'g', value: `v${index}`, role: 'admin' }))
  assert.equal((await saml.api('PATCH', path, { roles: { mappings: many(1_000) } })).status, 200)
  assert.equal((await saml.api('PATCH', path, { roles: { mappings: many(1_001) } })).status, 400)
  assert.equal((await saml.api('GET', path)).body.roles.mappings.length, 1_000)
})

test('CON-G4: presets read the exact claims of Entra, Okta and Google', async () => {
  const claims = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims'
  const presets = {
    entra: { [`${claims}/givenname`]: 'G', [`${claims}/surname`]: 'S', [`${claims}/emailaddress`]: 'one@acme.example' },
    okta: { firstName: 'G', lastName: 'S', email: 'one@acme.example' },
    google: { firstName: 'G', lastName: 'S', email: 'one@acme.example' },
  }
  const listed = (await saml.api('GET', '/saml-presets')).body.data
  for (const [preset, attributes] of Object.entries(presets)) {
    const shown = listed.find((each: Record<string, string>) => each['name'] === preset)
    const names = shown.claims.map((each: Record<string, string>) => each['claim'])
    for (const name of ['NameID', ...Object.keys(attributes)]) assert.ok(names.includes(name), `${preset} ${name}`)
    await using own = await createSamlHarness({ preset })
    assert.equal(own.provider.preset, preset)
    const made = await own.api('POST', '/people', { attributes: { userName: 'one@acme.example' }, invite: false })
    const answer = await own.signIn({ nameId: 'one@acme.example', attributes })
    assert.equal(answer.status, 303, await answer.text())
    const person = (await own.api('GET', `/people/${made.body.id}`)).body.attributes
    assert.deepEqual(
      [person.name.givenName, person.name.familyName, person.emails[0].value],
      ['G', 'S', 'one@acme.example'],
      preset,
    )
    const { xml } = await own.parse((await own.begin()).location)
    assert.match(xml, preset === 'google' ? /nameid-format:emailAddress/ : /nameid-format:persistent/)
  }
})
