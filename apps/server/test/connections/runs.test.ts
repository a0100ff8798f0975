import assert from 'node:assert/strict'
import { connectionKeysMax } from '../../src/access/connection-keys.ts'
import { after, before, test } from 'node:test'
import { formatTypeId, parseTypeId } from '@rollcall/admin-api'
import { advanceUnfinishedRuns, startRun, subjectsPerStep } from '../../src/directory/connection-runs.ts'
import { createIdSource } from '../../src/directory/new-id.ts'
import { createConnectionHarness, type ConnectionHarness } from './connection-harness.ts'

let server: ConnectionHarness
before(async () => {
  server = await createConnectionHarness()
})
after(() => server[Symbol.asyncDispose]())

test('decommissioning previews counts and names, ends the keys, and does to people and teams what was chosen', async () => {
  const acme = await server.organization('decommission')
  const connection = await acme.connect()
  const ada = await connection.create('ada')
  await connection.create('bea')
  await connection.group('crew', [ada])
  const { body: preview } = await acme.send('GET', `${connection.at}/preview?action=decommission`)
  assert.deepEqual(
    [preview.people, preview.activePeople, preview.teams, preview.memberships, preview.teamNames],
    [2, 2, 1, 1, ['crew']],
  )
  const run = await acme.send('POST', `${connection.at}/decommission`, { body: { people: 'suspend', teams: 'keep' } })
  assert.deepEqual([run.body.state, run.body.progress.done], ['done', 3])
  await server.settle()
  assert.equal((await connection.scim('GET', '/Users')).status, 401, 'its keys have ended')
  const other = await acme.connect()
  assert.equal((await other.find('ada')).active, false)
  assert.equal((await other.scim('GET', '/Groups')).body.totalResults, 0, 'no group of an identity provider any more')
  const { body: teams } = await acme.send('GET', '/teams')
  assert.deepEqual(
    teams.data.map((team: { name: string; isManaged: boolean }) => [team.name, team.isManaged]),
    [['crew', false]],
  )
  const { body: members } = await acme.send('GET', `/teams/${teams.data[0].id}/members?suspended=true`)
  assert.equal(members.data.length, 1)
  assert.deepEqual(await server.owners(acme.id), [null, null])
})

test('decommissioning ends every key of the connection, however many there are', async () => {
  const acme = await server.organization('many-keys')
  const connection = await acme.connect()
  const copies = `insert into keys (organization_id, id, kind, name, hash, hint, scopes, connection_id, created_by, created_at)
    select organization_id, gen_random_uuid(), kind, name, sha256(n::text::bytea), hint, scopes, connection_id, created_by, created_at
    from keys, generate_series(1, $2) n where connection_id = $1`
  const id = parseTypeId('con', connection.id)
  await server.admin.application.database.query({ text: copies }, [id, connectionKeysMax])
  await acme.send('POST', `${connection.at}/decommission`, { body: { people: 'keep', teams: 'keep' } })
  const { body: left } = await acme.send('GET', `/keys?connection=${connection.id}`)
  assert.deepEqual(left.data, [])
})

test('the last owner stays when the connection that brought him is decommissioned, and the run ends all the same', async () => {
  const acme = await server.organization('captain')
  const connection = await acme.connect()
  const ada = await connection.create('ada')
  await connection.create('bea')
  const { body: people } = await acme.send('GET', '/people?search=ada')
  const granted = await acme.send('POST', '/roles/owner/grant', { body: { user: people.data[0].id } })
  assert.equal(granted.status, 200)
  const run = await acme.send('POST', `${connection.at}/decommission`, { body: { people: 'suspend', teams: 'keep' } })
  assert.deepEqual([run.status, run.body.state, run.body.progress.done, run.body.progress.skipped], [202, 'done', 1, 1])
  const other = await acme.connect()
  assert.deepEqual([(await other.find('ada')).active, (await other.find('bea')).active], [true, false])
  assert.equal((await other.find('ada')).id, ada)
})

test('who was deprovisioned by decommissioning comes back with teams when it is undone; who has a successor stays', async () => {
  const acme = await server.organization('undo')
  const connection = await acme.connect()
  const ada = await connection.create('ada')
  const bea = await connection.create('bea')
  server.advance(1_000)
  const crew = await connection.group('crew', [ada, bea])
  server.advance(1_000)
  const started = await acme.send('POST', `${connection.at}/decommission`, {
    body: { people: 'deprovision', teams: 'delete' },
  })
  assert.deepEqual([started.body.state, started.body.progress.done], ['done', 3])
  const other = await acme.connect()
  assert.equal((await other.scim('GET', '/Users')).body.totalResults, 0)
  // Somebody else has the name of one of them meanwhile.
  await other.scim('POST', '/Users', other.person('bea'))
  const undone = await acme.send('POST', `/connection-runs/${started.body.id}/undo`)
  assert.deepEqual([undone.body.state, undone.body.progress.undone, undone.body.progress.kept], ['undone', 2, 1])
  const { body: back } = await other.scim('GET', `/Users/${ada}`)
  assert.deepEqual([back.userName, back.active], ['ada', true])
  const { body: team } = await other.scim('GET', `/Groups/${crew}`)
  assert.deepEqual(
    team.members.map((member: { value: string }) => member.value),
    [ada],
  )
  const links = await acme.send('GET', `/connection-runs/${started.body.id}/links`)
  const kept = links.body.data.find((each: { outcome: string }) => each.outcome === 'kept')
  assert.deepEqual([kept.userName, /userName/.test(kept.reason)], ['bea', true])
  const twice = await acme.send('POST', `/connection-runs/${started.body.id}/undo`)
  assert.equal(twice.status, 409)
})

test('CON-D8: an act on a whole connection answers 202 with the place where its progress is read, so does taking it back', async () => {
  const acme = await server.organization('located')
  const connection = await acme.connect()
  await connection.create('ada')
  const started = await acme.send('POST', `${connection.at}/scim/disable`, { body: {} })
  const place = `https://rollcall.test/api/v1/organizations/${acme.id}/connection-runs/${started.body.id}`
  assert.deepEqual([started.status, started.headers.get('location')], [202, place])
  const { body: run } = await server.admin.send('GET', new URL(place).pathname)
  assert.deepEqual([run.id, run.state, run.progress.done], [started.body.id, 'done', 1])
  const undone = await acme.send('POST', `/connection-runs/${run.id}/undo`)
  assert.deepEqual([undone.status, undone.headers.get('location')], [202, place])
  assert.equal((await server.admin.send('GET', new URL(place).pathname)).body.state, 'undone')
})

test('an act that a process did not end goes on in another; while it runs no second one begins', async () => {
  const acme = await server.organization('resumed')
  const connection = await acme.connect()
  const count = subjectsPerStep + 20
  for (let n = 0; n < count; n++) await connection.create(`person-${n}`)
  const { database, clock } = server.admin.application
  const parts = { database, newId: createIdSource() }
  const organizationId = parseTypeId('org', acme.id) ?? ''
  const connectionId = parseTypeId('con', connection.id) ?? ''
  const call = { actor: 'test', now: clock(), requestId: undefined, rights: 'all' } as const
  const command = { action: 'migrate', people: 'reset', teams: 'empty' } as const
  const request = { organizationId, connectionId, command, waitMs: 0 }
  const run = await startRun(parts, call, request)
  assert.deepEqual([run.state, run.counts.done, run.counts.waiting], ['running', subjectsPerStep, 20])
  const second = await acme.send('POST', `${connection.at}/scim/disable`, { body: {} })
  assert.deepEqual([second.status, /has not ended/.test(second.body.detail)], [409, true])
  await Promise.all(
    [1, 2].map(() => advanceUnfinishedRuns(parts, { now: clock(), signal: new AbortController().signal })),
  )
  const { body } = await acme.send('GET', `${connection.at}/preview?action=migrate`)
  assert.equal(body.people, 0)
  const [listed] = (await acme.send('GET', '/connection-runs?total=true')).body.data
  assert.deepEqual([listed.state, listed.progress.done, listed.progress.skipped], ['done', count, 0])
})

test('AC-G38: a change of identity provider suspends all, resets identities and links, and the same userName links again', async () => {
  const acme = await server.organization('g38')
  const old = await acme.connect({ name: 'old' })
  const fresh = await acme.connect({ name: 'new' })
  const ada = await old.create('ada')
  const bea = await old.create('bea')
  const crew = await old.group('crew', [ada, bea])
  const before = await acme.send('GET', `${old.at}/links?limit=1`)
  const rest = await acme.send('GET', `${old.at}/links?limit=200&total=true&cursor=${before.body.nextCursor}`)
  assert.equal(rest.body.total, 2)
  const exported = [...before.body.data, ...rest.body.data]
  assert.deepEqual(
    exported.map(({ userName, externalId, scimId }) => [userName, externalId, scimId]),
    [
      ['ada', 'ext-ada', ada],
      ['bea', 'ext-bea', bea],
    ],
  )
  const { body: preview } = await acme.send('GET', `${old.at}/preview?action=migrate`)
  assert.deepEqual([preview.people, preview.teams, preview.memberships], [2, 1, 2])

  const run = await acme.send('POST', `${old.at}/migrate`, { body: { successor: fresh.id } })
  assert.deepEqual([run.body.state, run.body.progress.done], ['done', 3])
  await server.settle()
  assert.equal((await old.scim('GET', '/Users')).status, 403, 'the old connection is disabled')
  assert.equal((await fresh.scim('GET', `/Users/${ada}`)).status, 404, 'the old identity is reset')
  assert.equal((await fresh.scim('GET', `/Groups/${crew}`)).status, 404, 'the link is gone')
  const { body: teams } = await acme.send('GET', '/teams')
  const { body: members } = await acme.send('GET', `/teams/${teams.data[0].id}/members`)
  assert.deepEqual([teams.data[0].name, members.data], ['crew', []], 'members of linked teams are removed')

  assert.equal((await fresh.find('bea')).active, false, 'all are suspended')
  const found = await fresh.find('ADA')
  assert.deepEqual([found.active, found.externalId], [false, undefined])
  const linked = await fresh.patch(found.id, { active: true, externalId: 'new-ada' })
  assert.deepEqual([linked.status, linked.body.active, linked.body.externalId], [200, true, 'new-ada'])
  const accounts = await acme.send('GET', `${fresh.at}/links`)
  assert.equal(accounts.body.data[0].accountId, exported[0].accountId, 'the account is the same')
})

test('AC-G38: after a change of identity provider POST with the same normalised userName links the account again, and lifts the suspension', async () => {
  const acme = await server.organization('g38-post')
  const old = await acme.connect({ style: 'github', name: 'old' })
  const fresh = await acme.connect({ style: 'github', name: 'new' })
  const ada = await old.create('ada.byron@old.example')
  const { body: links } = await acme.send('GET', `${old.at}/links`)
  const run = await acme.send('POST', `${old.at}/migrate`, { body: { successor: fresh.id } })
  assert.equal(run.body.state, 'done')
  await server.settle()
  const made = await fresh.scim('POST', '/Users', fresh.person('Ada-Byron@new.example'))
  assert.deepEqual([made.status, made.body.active], [201, true], JSON.stringify(made.body))
  assert.notEqual(made.body.id, ada, 'the old identity is gone')
  const { body: now } = await acme.send('GET', `${fresh.at}/links`)
  assert.deepEqual(
    now.data.map(({ accountId, externalId, state }: Record<string, string>) => [accountId, externalId, state]),
    [[links.data[0].accountId, 'ext-Ada-Byron@new.example', 'active']],
  )
  const person = await acme.send('GET', `/people/${links.data[0].accountId}`)
  assert.deepEqual(
    [person.body.state, person.body.userName, person.body.connection.id],
    ['active', 'Ada-Byron@new.example', fresh.id],
  )
})

test('AC-G38: links are imported for the new identity provider by externalId, tried out before, and none is taken twice', async () => {
  const acme = await server.organization('g38-import')
  const old = await acme.connect()
  const fresh = await acme.connect()
  for (const name of ['ada', 'bea', 'cyd']) await old.create(name)
  const run = await acme.send('POST', `${old.at}/migrate`, { body: { successor: fresh.id, teams: 'keep' } })
  const { body: exported } = await acme.send('GET', `/connection-runs/${run.body.id}/links`)
  const [ada, bea, cyd] = exported.data.map(({ accountId }: { accountId: string }) => accountId)
  const links = [
    { accountId: ada, externalId: 'n-1' },
    { accountId: bea, externalId: 'n-2' },
    { accountId: cyd, externalId: 'n-1' },
    { accountId: 'usr_01h4zpwq00e008000000000000', externalId: 'n-4' },
  ]
  const outcomes = async (dryRun: boolean) => {
    const { body } = await acme.send('POST', `${fresh.at}/links`, { body: { links, dryRun } })
    return [body.linked, ...body.results.map((each: { outcome: string }) => each.outcome)]
  }
  const expected = [2, 'claimed', 'claimed', 'taken', 'missing']
  assert.deepEqual(await outcomes(true), expected)
  assert.equal((await acme.send('GET', `${fresh.at}/links`)).body.data.length, 0, 'a dry run changes nothing')
  assert.deepEqual(await outcomes(false), expected)
  assert.deepEqual(await outcomes(false), expected, 'twice is once')
  const filter = encodeURIComponent('externalId eq "n-1"')
  const { body: found } = await fresh.scim('GET', `/Users?filter=${filter}`)
  assert.deepEqual([found.totalResults, found.Resources[0].userName], [1, 'ada'])
})

test('bad acts change nothing: unknown choices, a successor of another organization, an act on nothing', async () => {
  const acme = await server.organization('bad-acts')
  const other = await server.organization('bad-acts-other')
  const connection = await acme.connect()
  const foreign = await other.connect()
  const strange = await acme.send('POST', `${connection.at}/decommission`, { body: { people: 'eat', teams: 'keep' } })
  assert.deepEqual([strange.status, strange.body.errors[0].pointer], [400, '/people'])
  const successor = await acme.send('POST', `${connection.at}/migrate`, { body: { successor: foreign.id } })
  assert.equal(successor.status, 404)
  assert.equal((await acme.send('GET', '/connection-runs')).body.data.length, 0)
  const empty = await acme.send('POST', `${connection.at}/scim/disable`, { body: { teams: 'keep' } })
  assert.deepEqual([empty.body.state, empty.body.progress.people], ['done', 0])
})

test('a connection stays while an act on it goes on; an act that cannot go on holds up no other one', async () => {
  const { database, clock } = server.admin.application
  const parts = { database, newId: createIdSource() }
  const now = clock()
  const begin = async (slug: string) => {
    const organization = await server.organization(slug)
    const connection = await organization.connect()
    await connection.create('ada')
    const organizationId = parseTypeId('org', organization.id) ?? ''
    const connectionId = parseTypeId('con', connection.id) ?? ''
    const command = { action: 'migrate', people: 'reset', teams: 'empty' } as const
    const call = { actor: 'test', now, requestId: undefined, rights: 'all' } as const
    const run = await startRun(parts, call, { organizationId, connectionId, command, waitMs: 0 })
    assert.equal(run.state, 'running')
    return { organization, connectionId }
  }
  const stuck = await begin('stuck')
  const at = `/connections/${formatTypeId('con', stuck.connectionId)}`
  const deleted = await stuck.organization.send('DELETE', at)
  assert.deepEqual([deleted.status, /has not ended/.test(deleted.body.detail)], [409, true])
  const free = await begin('free')
  await database.query({ text: 'delete from connections where id = $1' }, [stuck.connectionId])
  const signal = new AbortController().signal
  await assert.rejects(advanceUnfinishedRuns(parts, { now, signal }), (error: AggregateError) =>
    /no such connection/.test(String(error.errors)),
  )
  const stateOf = async ({ organization }: typeof free) =>
    (await organization.send('GET', '/connection-runs')).body.data[0].state
  assert.deepEqual([await stateOf(stuck), await stateOf(free)], ['running', 'done'])
})
