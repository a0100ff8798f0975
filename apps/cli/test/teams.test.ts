import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createCliHarness, type CliHarness } from './cli-harness.ts'

let cli: CliHarness
let key = ''
const ids = new Map<string, string>()

before(async () => {
  cli = await createCliHarness()
  await cli.json('organization', 'create', '--slug', 'acme')
  const { data } = await cli.json('connection', 'list')
  await cli.json('connection', 'update', data[0].id, '--style', 'github')
  key = (await cli.json('key', 'create', '--scope', 'scim')).key
  for (const userName of ['ada', 'bob']) {
    const emails = [{ value: `${userName}@example.com`, type: 'work', primary: true }]
    const body = {
      schemas: [core('User')],
      externalId: userName,
      userName,
      displayName: userName,
      active: true,
      emails,
    }
    ids.set(userName, (await scim('/Users', body)).id)
  }
  const members = [...ids.values()].map((value) => ({ value }))
  await scim('/Groups', { schemas: [core('Group')], displayName: 'Reliability', externalId: 'r', members })
})
after(() => cli[Symbol.asyncDispose]())

test('an admin makes a team, lets it follow a group, sees its people and its history, and lets it go, by handle', async () => {
  const made = await cli.json('team', 'create', '--name', 'Site Reliability')
  assert.equal(made.handle, 'site_reliability')
  const groups = await cli.json('external-group', 'list')
  const linked = await cli.json('team', 'link', 'site_reliability', '--group', groups.data[0].id)
  assert.equal(linked.sync.state, 'inSync')
  const shown = await cli.json('team', 'members', 'site_reliability')
  assert.deepEqual(
    shown.data.map(({ name }: { name: string }) => name),
    ['ada', 'bob'],
  )
  assert.equal((await cli.json('member', 'list')).data.length, 2)
  assert.equal((await cli.json('team', 'reconcile', made.id)).id, made.id)
  const history = await cli.run('team', 'history', 'site_reliability')
  assert.match(history.stdout, /team\.members_changed +mapping .*ada, bob/)
  assert.equal((await cli.json('external-group', 'show', groups.data[0].id)).teams[0].id, made.id)
  await cli.json('team', 'unlink', 'site_reliability', '--yes')
  assert.equal((await cli.json('member', 'list')).data.length, 0)
})

test('people are added, appointed and removed; a deleted team is listed and restored', async () => {
  const made = await cli.json('team', 'create', '--name', 'Guild', '--description', 'by hand')
  assert.equal((await cli.json('member', 'list', '--total')).total, 0)
  const user = await findUser()
  assert.deepEqual((await cli.json('team', 'add', 'guild', '--member', user)).added, [user])
  assert.equal((await cli.json('team', 'maintain', 'guild', '--user', user)).maintainers.length, 1)
  await cli.json('team', 'unmaintain', 'guild', '--user', user)
  await cli.json('member', 'add', user)
  assert.equal((await cli.json('member', 'list')).data[0].isDirect, true)
  await cli.json('member', 'remove', user)
  assert.equal((await cli.json('team', 'update', 'guild', '--handle', 'guilds')).handle, 'guilds')
  await cli.json('team', 'delete', 'guilds')
  assert.equal((await cli.json('team', 'list', '--deleted')).data[0].id, made.id)
  assert.equal((await cli.json('team', 'restore', made.id)).handle, 'guilds')
  const absent = await cli.run('team', 'show', 'nobody')
  assert.deepEqual([absent.code, absent.stdout], [1, ''])
  assert.match(absent.stderr, /No team has the handle "nobody"/)
})

test('settings show whom a strict source removes before they do it', async () => {
  const user = await findUser()
  await cli.json('team', 'create', '--name', 'Sources')
  await cli.json('team', 'add', 'sources', '--member', user)
  const asked = await cli.run('team-settings', 'update', '--source', 'managed', '--json')
  assert.equal(asked.code, 1)
  const { confirmation } = JSON.parse(asked.stderr)
  assert.equal(confirmation.removes[0].member.id, user)
  const done = await cli.json('team-settings', 'update', '--source', 'managed', '--confirm', confirmation.token)
  assert.equal(done.source, 'managed')
  assert.equal((await cli.json('team-settings', 'update', '--seats', '7')).seats, 7)
  assert.equal((await cli.json('team-settings', 'show')).seats, 7)
  assert.equal((await cli.run('team-settings', 'update', '--seats', 'x')).code, 2)
})

/** The account id of ada, whom a team has for a moment. */
async function findUser(): Promise<string> {
  const { data } = await cli.json('external-group', 'list', '--search', 'Reliability')
  const { id } = await cli.json('team', 'create', '--name', `Probe ${Math.random()}`)
  await cli.json('team', 'link', id, '--group', data[0].id)
  const members = await cli.json('team', 'members', id)
  await cli.json('team', 'unlink', id)
  return members.data[0].id
}

function core(name: string): string {
  return `urn:ietf:params:scim:schemas:core:2.0:${name}`
}

async function scim(path: string, body: unknown): Promise<{ readonly id: string }> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/scim+json', 'user-agent': 'test' }
  const response = await cli.application.fetch(`/scim/v2${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  assert.equal(response.status, 201)
  // What is not there fails the assertions.
  return (await response.json()) as { id: string }
}
