import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { after, before, test } from 'node:test'
import { keyCacheMs } from '../../src/access/key-cache.ts'
import { createSamlHarness, type SamlHarness } from './saml-harness.ts'

const core = 'urn:ietf:params:scim:schemas:core:2.0:User'
let saml: SamlHarness
let github: { readonly id: string; readonly key: string }

before(async () => {
  saml = await createSamlHarness()
  const root = await saml.api('POST', '/people', { attributes: { userName: 'root' }, builtIn: true, invite: false })
  await saml.api('POST', '/roles/owner/grant', { user: root.body.id })
  const made = await saml.api('POST', '/connections', {
    type: 'scim',
    style: 'github',
    settings: { writesEnabled: false },
  })
  const key = await saml.api('POST', '/keys', { scopes: ['scim'], connection: made.body.id })
  github = { id: made.body.id, key: key.body.key }
})
after(() => saml[Symbol.asyncDispose]())

const scim = (method: string, path: string, body?: object) =>
  saml.admin.send(method, `/scim/v2${path}`, {
    key: github.key,
    headers: { 'user-agent': 'test' },
    ...(body !== undefined && { body }),
  })
const run = (verb: string) => saml.api('POST', `/connections/${github.id}/scim/${verb}`, {})
const signIn = async (nameId: string): Promise<number> => (await saml.signIn({ nameId })).status
const code = async (): Promise<string> => (await saml.failures())[0].code

test('AC-G36: SCIM switched on over old users: the preview counts them, unlinked ones cannot sign in, POST links by normalised userName and overwrites names and mail', async () => {
  for (const userName of ['Mona-Lisa', 'other']) {
    const emails = [
      { value: 'a@old.example', type: 'home' },
      { value: 'b@old.example', primary: true },
    ]
    const made = await saml.api('POST', '/people', {
      attributes: { userName, emails, name: { givenName: 'Old' } },
      invite: false,
    })
    assert.equal(made.status, 201, JSON.stringify(made.body))
    assert.equal(await signIn(userName), 303)
  }
  const preview = await saml.api('GET', `/connections/${github.id}/preview?action=enable`)
  assert.equal(preview.body.activePeople, 2)
  const enabled = await run('enable')
  assert.deepEqual([enabled.body.state, enabled.body.progress.done], ['done', preview.body.activePeople])
  await sleep(keyCacheMs + 20)
  for (const userName of ['Mona-Lisa', 'other']) {
    assert.equal(await signIn(userName), 403)
    assert.equal(await code(), 'suspended')
  }
  const linked = await scim('POST', '/Users', {
    schemas: [core],
    userName: 'mona_lisa@octo.example',
    externalId: 'e1',
    displayName: 'Mona Lisa',
    active: true,
    name: { givenName: 'Mona', familyName: 'Lisa' },
    emails: [{ value: 'mona@octo.example', primary: true }],
  })
  assert.equal(linked.status, 201, JSON.stringify(linked.body))
  assert.deepEqual(
    linked.body.emails.map(({ value }: { value: string }) => value),
    ['mona@octo.example'],
  )
  assert.equal(linked.body.name.givenName, 'Mona')
  // By the whole name, and by what the login is made of.
  assert.equal(await signIn('mona_lisa@octo.example'), 303)
  assert.equal(await signIn('Mona-Lisa'), 303)
  assert.equal(await signIn('other'), 403)
  const { rows } = await saml.admin.application.database.query<{ count: number }>({
    text: `select count(*) as count from users where scim_id is not null and not is_built_in`,
  })
  assert.equal(rows[0]?.count, 2)
})

test('AC-G37: SCIM switched off: calls are refused, identities and groups are gone, users stay active and can sign in', async () => {
  const group = await scim('POST', '/Groups', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
    displayName: 'octo',
    externalId: 'g1',
    members: [],
  })
  assert.equal(group.status, 201)
  const disabled = await run('disable')
  assert.equal(disabled.body.state, 'done')
  await sleep(keyCacheMs + 20)
  assert.equal((await scim('GET', '/Users')).status, 403)
  const { rows } = await saml.admin.application.database.query<{ groups: number; owned: number; events: number }>({
    text: `select (select count(*) from teams where scim_id is not null) as groups,
      (select count(*) from users where external_id is not null) as owned,
      (select count(*) from changes where action = 'connection.scim_disabled') as events`,
  })
  assert.deepEqual(rows[0], { groups: 0, owned: 0, events: 1 })
  const { data } = (await saml.api('GET', '/people')).body
  const mona = data.find((each: Record<string, string>) => each['userName'] === 'mona_lisa@octo.example')
  assert.equal(mona.state, 'active')
  assert.equal(await signIn('mona_lisa@octo.example'), 303)
})
