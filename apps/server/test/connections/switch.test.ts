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
  await acme.builtInOwner()
  await acme.samlProvider()
  const run = await acme.send('POST', `${connection.at}/scim/enable`, { body: {} })
  assert.deepEqual([run.status, run.body.state, run.body.action], [202, 'done', 'enable'])
  await server.settle()
  assert.equal((await acme.send('GET', `${connection.at}/scim`)).body.enabled, true)
  assert.equal((await connection.scim('POST', '/Users', connection.person('octocat'))).status, 201)
})

test('AC-G7: the prerequisites are named with how each stands, and the first call counts as soon as it was answered', async () => {
  const acme = await server.organization('g7-pre')
  await acme.builtInOwner()
  const connection = await acme.connect({ style: 'github', settings: { writesEnabled: false } })
  const read = async () => {
    const { body } = await acme.send('GET', `${connection.at}/scim`)
    const states = body.prerequisites.map((each: { name: string; state: string }) => [each.name, each.state])
    return { body, states: Object.fromEntries(states) }
  }
  const { body, states } = await read()
  assert.deepEqual(states, {
    builtInOwner: 'met',
    samlConfigured: 'unmet',
    noCustomUserNameMapping: 'notApplicable',
    firstCallAnswered: 'unmet',
  })
  const refused = await acme.send('POST', `${connection.at}/scim/enable`, { body: {} })
  assert.deepEqual([refused.status, refused.body.detail.includes('samlConfigured')], [409, true])
  const custom = await acme.samlProvider({ attributes: { userName: 'uid' } })
  const mapped = (await read()).states
  assert.deepEqual([mapped.samlConfigured, mapped.noCustomUserNameMapping], ['met', 'unmet'])
  const stillRefused = await acme.send('POST', `${connection.at}/scim/enable`, { body: {} })
  assert.deepEqual([stillRefused.status, stillRefused.body.detail.includes('noCustomUserNameMapping')], [409, true])
  const path = `/identity-providers/${custom.body.id}`
  assert.equal((await acme.send('PATCH', path, { body: { saml: { attributes: {} } } })).status, 200)
  assert.equal((await read()).states.noCustomUserNameMapping, 'met')
  assert.ok(body.prerequisites.every((each: { detail: string }) => each.detail.length > 10))
  await acme.send('POST', `${connection.at}/test`, { body: { key: connection.key } })
  await connection.scim('GET', '/Users')
  await server.logged()
  const later = await acme.send('GET', `${connection.at}/scim`)
  const first = later.body.prerequisites.find((each: { name: string }) => each.name === 'firstCallAnswered')
  assert.equal(first.state, 'met')
})

test('AC-G7: a key that administers is no built-in owner: without a local person who is owner SCIM stays off, and the answer says what to do', async () => {
  const acme = await server.organization('g7-owner')
  const connection = await acme.connect({ style: 'github', settings: { writesEnabled: false } })
  const { body: robot } = await acme.send('POST', '/service-accounts', { body: { name: 'robot' } })
  const made = await acme.send('POST', '/keys', { body: { scopes: ['organization:admin'], serviceAccount: robot.id } })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const ada = await connection.scim('GET', '/Users')
  assert.equal(ada.status, 200)
  const refused = await acme.send('POST', `${connection.at}/scim/enable`, { body: {} })
  assert.equal(refused.status, 409)
  assert.match(refused.body.detail, /builtInOwner: .*builtIn: true/)
  await acme.builtInOwner()
  await acme.samlProvider()
  assert.equal((await acme.send('POST', `${connection.at}/scim/enable`, { body: {} })).body.state, 'done')
})

test('enabling on old users suspends them but the built-in, POST links them by normalised userName, and the counts are those of the preview', async () => {
  const acme = await server.organization('g36-post')
  await acme.builtInOwner()
  await acme.samlProvider()
  const old = await acme.connect()
  const emails = [
    { value: 'old@home.example', primary: true },
    { value: 'second@home.example', type: 'home' },
  ]
  const dotted = (await old.scim('POST', '/Users', { ...old.person('Grace.Hopper@old.example'), emails })).body
  await acme.send('POST', `${old.at}/decommission`, { body: { people: 'keep', teams: 'keep' } })
  const local = async (userName: string) => {
    const body = { attributes: { userName, displayName: 'Old name', emails }, invite: false }
    return (await acme.send('POST', '/people', { body })).body
  }
  const mona = await local('mona')
  await local('two.faced')
  await local('two-faced')
  const github = await acme.connect({ style: 'github', settings: { writesEnabled: false } })
  const { body: preview } = await acme.send('GET', `${github.at}/preview?action=enable`)
  const { linking } = preview
  assert.deepEqual([preview.people, preview.activePeople], [4, 4])
  assert.deepEqual([linking.adopts, linking.checked, linking.linked, linking.conflictCount], [true, 4, 2, 2])
  assert.deepEqual(
    linking.conflicts.map((each: { userName: string; reason: string }) => [each.userName, each.reason]),
    [
      ['two.faced', 'ambiguous'],
      ['two-faced', 'ambiguous'],
    ],
  )
  const run = await acme.send('POST', `${github.at}/scim/enable`, { body: {} })
  assert.deepEqual([run.body.state, run.body.progress.done, run.body.progress.skipped], ['done', 4, 0])
  await server.settle()
  const states = async () => {
    const { body } = await acme.send('GET', '/people?state=pending,active,suspended')
    return Object.fromEntries(body.data.map((each: { userName: string; state: string }) => [each.userName, each.state]))
  }
  assert.deepEqual(await states(), {
    root: 'active',
    'Grace.Hopper@old.example': 'suspended',
    mona: 'suspended',
    'two.faced': 'suspended',
    'two-faced': 'suspended',
  })

  const sent = ['grace.hopper@corp.example', 'MONA@corp.example', 'two.faced', 'two-faced']
  const answers = []
  for (const userName of sent)
    answers.push(
      await github.scim('POST', '/Users', {
        ...github.person(userName),
        emails: [{ value: 'new@corp.example', type: 'work', primary: true }],
      }),
    )
  const linked = answers.filter(({ status, body }) => status === 201 && [dotted.id, mona.scimId].includes(body.id))
  const refused = answers.filter(({ status }) => status === 409)
  assert.deepEqual([linked.length, refused.length], [linking.linked, linking.conflictCount])
  const after = await acme.send('GET', `/people/${mona.id}`)
  assert.deepEqual(
    [after.body.state, after.body.displayName, after.body.userName, after.body.login],
    ['active', 'MONA@corp.example', 'MONA@corp.example', 'MONA'],
  )
  assert.deepEqual(
    after.body.emails.map(({ value }: { value: string }) => value),
    ['new@corp.example'],
  )
  assert.equal((await states())['grace.hopper@corp.example'], 'pending', 'lifted; the invitation was not accepted yet')
})

test('switching on keeps the last owner able to act and says why, also when nobody asked for a built-in one', async () => {
  const acme = await server.organization('last-owner')
  const people = []
  for (const userName of ['ada', 'bea']) {
    const made = await acme.send('POST', '/people', { body: { attributes: { userName }, invite: false } })
    people.push(made.body.id)
  }
  await acme.send('POST', '/roles/owner/grant', { body: { user: people[0] } })
  const connection = await acme.connect()
  const run = await acme.send('POST', `${connection.at}/scim/enable`, { body: { unprovisioned: 'suspend' } })
  assert.deepEqual([run.body.state, run.body.progress.done, run.body.progress.skipped], ['done', 1, 1])
  const { body: links } = await acme.send('GET', `/connection-runs/${run.body.id}/links`)
  const kept = links.data.find((each: { outcome: string }) => each.outcome === 'skipped')
  assert.deepEqual([kept.userName, /last owner/.test(kept.reason)], ['ada', true])
})

test('switching on suspends exactly those whom the preview counted, and provisioning lifts it', async () => {
  const acme = await server.organization('g36')
  const old = await acme.connect()
  for (const name of ['ada', 'bea', 'cyd']) await old.scim('POST', '/Users', old.person(name))
  await acme.send('POST', `${old.at}/decommission`, { body: { people: 'keep', teams: 'keep' } })
  await acme.builtInOwner()
  await acme.samlProvider()
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

test('switching off drops identities and groups and leaves people active under their names; calls are refused', async () => {
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
  const { body: people } = await acme.send('GET', '/people?state=active&search=ada')
  assert.equal(people.data[0].login, 'ada', 'the login is back with the identity')
})
