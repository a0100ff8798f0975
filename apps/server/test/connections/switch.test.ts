import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createConnectionHarness, type ConnectionHarness } from './connection-harness.ts'

let server: ConnectionHarness
before(async () => {
  server = await createConnectionHarness()
})
after(() => server[Symbol.asyncDispose]())

test('AC-G7: under style github with writes off a POST is refused with 403 that names the switch, and served once SCIM is on', async () => {
  const acme = await server.organization('g7')
  const connection = await acme.connect({ style: 'github', settings: { writesEnabled: false } })
  const refused = await connection.scim('POST', '/Users', connection.person('octocat'))
  assert.equal(refused.status, 403)
  assert.match(refused.body.detail, /enable-scim/)
  const before = await acme.send('GET', `${connection.at}/scim`)
  assert.equal(before.body.enabled, false)
  const run = await acme.send('POST', `${connection.at}/scim/enable`, { body: {} })
  assert.deepEqual([run.status, run.body.state, run.body.action], [200, 'done', 'enable'])
  await server.settle()
  assert.equal((await acme.send('GET', `${connection.at}/scim`)).body.enabled, true)
  assert.equal((await connection.scim('POST', '/Users', connection.person('octocat'))).status, 201)
})

test('AC-G7: the prerequisites are named with how each stands, and the first call counts as soon as it was answered', async () => {
  const acme = await server.organization('g7-pre')
  const connection = await acme.connect({ style: 'github', settings: { writesEnabled: false } })
  const { body } = await acme.send('GET', `${connection.at}/scim`)
  const states = Object.fromEntries(
    body.prerequisites.map((each: { name: string; state: string }) => [each.name, each.state]),
  )
  assert.deepEqual(states, {
    builtInOwner: 'met',
    samlConfigured: 'notApplicable',
    noCustomUserNameMapping: 'notApplicable',
    firstCallAnswered: 'unmet',
  })
  assert.ok(body.prerequisites.every((each: { detail: string }) => each.detail.length > 10))
  await acme.send('POST', `${connection.at}/test`, { body: { key: connection.key } })
  await connection.scim('GET', '/Users')
  await server.logged()
  const later = await acme.send('GET', `${connection.at}/scim`)
  const first = later.body.prerequisites.find((each: { name: string }) => each.name === 'firstCallAnswered')
  assert.equal(first.state, 'met')
})

test('AC-G36: switching on suspends exactly those whom the preview counted, and provisioning lifts it', async () => {
  const acme = await server.organization('g36')
  const old = await acme.connect()
  for (const name of ['ada', 'bea', 'cyd']) await old.scim('POST', '/Users', old.person(name))
  await acme.send('POST', `${old.at}/decommission`, { body: { people: 'keep', teams: 'keep' } })
  const github = await acme.connect({ style: 'github', settings: { writesEnabled: false } })
  const preview = await acme.send('GET', `${github.at}/preview?action=enable`)
  assert.deepEqual([preview.body.people, preview.body.activePeople], [3, 3])
  assert.deepEqual(preview.body.peopleNames.toSorted(), ['ada', 'bea', 'cyd'])

  const run = await acme.send('POST', `${github.at}/scim/enable`, { body: {} })
  assert.deepEqual([run.body.state, run.body.progress.done, run.body.progress.skipped], ['done', 3, 0])
  await server.settle()
  const found = await github.find('ada')
  assert.equal(found.active, false)
  const lifted = await github.patch(found.id, { active: true })
  assert.deepEqual([lifted.status, lifted.body.active], [200, true])
  assert.equal((await github.find('bea')).active, false)

  const undone = await acme.send('POST', `/connection-runs/${run.body.id}/undo`)
  assert.deepEqual([undone.body.state, undone.body.progress.undone, undone.body.progress.kept], ['undone', 2, 1])
  assert.equal((await github.find('bea')).active, true)
})

test('AC-G36: switching on suspends local people too, built-in ones apart; a POST that adopts one lifts it, an undo the rest', async () => {
  const acme = await server.organization('g36-local')
  const local = (userName: string, more = {}) =>
    acme.send('POST', '/people', { body: { attributes: { userName }, invite: false, ...more } })
  for (const name of ['ada', 'bea']) assert.equal((await local(name)).status, 201)
  await local('root', { builtIn: true })
  const github = await acme.connect({ style: 'github', settings: { writesEnabled: false } })
  const preview = await acme.send('GET', `${github.at}/preview?action=enable`)
  assert.deepEqual(preview.body.peopleNames.toSorted(), ['ada', 'bea'])
  const run = await acme.send('POST', `${github.at}/scim/enable`, { body: {} })
  assert.deepEqual([run.body.state, run.body.progress.done], ['done', 2])
  await server.settle()
  const states = async () => {
    const { body } = await acme.send('GET', '/people?state=active,suspended')
    return Object.fromEntries(body.data.map((each: { userName: string; state: string }) => [each.userName, each.state]))
  }
  assert.deepEqual(await states(), { ada: 'suspended', bea: 'suspended', root: 'active' })
  assert.equal((await github.scim('POST', '/Users', github.person('ada'))).status, 201)
  assert.equal((await states())['ada'], 'active')
  const undone = await acme.send('POST', `/connection-runs/${run.body.id}/undo`)
  assert.deepEqual([undone.body.progress.undone, undone.body.progress.kept], [1, 1])
  assert.deepEqual(await states(), { ada: 'active', bea: 'active', root: 'active' })
})

test('AC-G37: switching off drops identities and groups and leaves people active under their names; calls are refused', async () => {
  const acme = await server.organization('g37')
  const github = await acme.connect({ style: 'github' })
  const ada = await github.create('ada')
  const bea = await github.create('bea')
  await github.patch(bea, { active: false })
  server.advance(1_000)
  const group = await github.group('engineering', [ada])
  server.advance(1_000)
  const run = await acme.send('POST', `${github.at}/scim/disable`, { body: {} })
  assert.deepEqual([run.body.state, run.body.progress.people, run.body.progress.teams], ['done', 2, 1])
  await server.settle()
  const refused = await github.scim('GET', '/Users')
  assert.equal(refused.status, 403)
  assert.match(refused.body.detail, /disabled/)
  assert.equal((await acme.send('GET', `${github.at}/scim`)).body.enabled, false)

  const other = await acme.connect()
  const kept = await other.find('ada')
  assert.deepEqual([kept.userName, kept.active], ['ada', true])
  assert.equal((await other.find('bea')).active, false)
  assert.equal((await other.scim('GET', `/Groups/${group}`)).status, 404)
  assert.deepEqual(await server.owners(acme.id), [null, null])
  const actions = await server.actions(acme.id)
  assert.ok(actions.includes('connection.scim_disabled'), 'GitHub’s business.disable_open_scim')

  const undone = await acme.send('POST', `/connection-runs/${run.body.id}/undo`)
  assert.deepEqual([undone.body.state, undone.body.progress.kept], ['undone', 0])
  await acme.send('PATCH', github.at, { body: { state: 'active' } })
  await server.settle()
  const back = await github.scim('GET', `/Groups/${group}`)
  assert.deepEqual([back.status, back.body.members.length], [200, 1])
  const { body } = await github.scim('GET', `/Users/${ada}`)
  assert.equal(body.externalId, 'ext-ada')
})
