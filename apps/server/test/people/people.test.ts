import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { activate, createPeopleHarness, enterpriseUrn, toUser, type PeopleHarness } from './people-harness.ts'

// Within a second every process knows (DESIGN §5, 11).
const revocationMs = 1_000
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

let server: PeopleHarness
before(async () => {
  server = await createPeopleHarness()
})
after(() => server[Symbol.asyncDispose]())

const namesOf = (reply: { body: { data: readonly { userName: string }[] } }) =>
  reply.body.data.map(({ userName }) => userName)

test('AC-D7: a list shows exactly the chosen states, suspended and deleted people only when asked for, page by page', async () => {
  const acme = await server.place('states')
  const source = await acme.source({ settings: { invitations: 'none' } })
  const invited = await acme.source()
  const ids = new Map<string, string>()
  for (const name of ['active-1', 'suspended-1', 'deleted-1', 'active-2', 'suspended-2'])
    ids.set(name, await source.user(name))
  await invited.user('pending-1')
  for (const name of ['suspended-1', 'suspended-2']) await source.patch(`/Users/${ids.get(name)}`, activate(false))
  await source.scim('DELETE', `/Users/${ids.get('deleted-1')}`)
  const list = async (query: string) => namesOf(await acme.api('GET', `/people${query}`)).toSorted()
  assert.deepEqual(await list(''), ['active-1', 'active-2', 'pending-1'])
  assert.deepEqual(await list('?state=active,pending'), ['active-1', 'active-2', 'pending-1'])
  assert.deepEqual(await list('?state=pending'), ['pending-1'])
  assert.deepEqual(await list('?state=suspended'), ['suspended-1', 'suspended-2'])
  assert.deepEqual(await list('?state=deprovisioned'), ['deleted-1'])
  assert.deepEqual(await list('?state=suspended,deprovisioned&search=ed-1'), ['deleted-1', 'suspended-1'])
  for (const [query, total] of [
    ['', 3],
    ['?state=suspended', 2],
    ['?state=pending,active,suspended', 5],
    ['?search=active', 2],
  ] as const) {
    const page = await acme.api('GET', `/people${query}${query === '' ? '?' : '&'}total=true&limit=1`)
    assert.deepEqual([page.body.total, page.body.data.length], [total, 1], query)
  }
  const seen: string[] = []
  let cursor = ''
  do {
    const page = await acme.api('GET', `/people?state=active,suspended,pending&limit=2${cursor && `&cursor=${cursor}`}`)
    seen.push(...namesOf(page))
    cursor = page.body.nextCursor ?? ''
  } while (cursor !== '')
  assert.deepEqual(
    seen,
    ['active-1', 'suspended-1', 'active-2', 'suspended-2', 'pending-1'],
    'oldest account first, none twice',
  )
  const tooMany = await acme.api('GET', '/people?limit=201')
  assert.deepEqual([tooMany.status, tooMany.body.errors[0].pointer], [400, '/limit'])
  const odd = await acme.api('GET', '/people?state=disabled')
  assert.deepEqual([odd.status, odd.body.errors[0].pointer], [400, '/state'])
})

test('people are found by part of a name, userName or address in any case, by connection and by team', async () => {
  const acme = await server.place('finding')
  const source = await acme.source()
  const other = await acme.source()
  const ada = await source.user('ada@corp.example', {
    displayName: 'Ada 100%_Lovelace',
    name: { familyName: 'Lovelace' },
  })
  const kim = await source.user('kim', { displayName: '김철수', emails: [{ value: 'chulsoo@corp.example' }] })
  await other.user('zoe')
  const group = await source.group('Pilots', [ada, kim])
  const found = async (query: string) => namesOf(await acme.api('GET', `/people?${query}`))
  assert.deepEqual(await found('search=LOVEL'), ['ada@corp.example'])
  assert.deepEqual(await found('search=corp.ex'), ['ada@corp.example', 'kim'])
  assert.deepEqual(await found('search=100%25_L'), ['ada@corp.example'])
  assert.deepEqual(await found('search=1%25_'), [])
  assert.deepEqual(await found(`search=${encodeURIComponent('김철')}`), ['kim'])
  assert.deepEqual(await found('search=zo'), ['zoe'])
  assert.deepEqual(await found('search=oe'), [], 'two characters are looked for where a name begins')
  assert.deepEqual(await found(`connection=${other.id}`), ['zoe'])
  const { body } = await acme.api('GET', `/people/${(await acme.find('kim')).id}`)
  assert.equal(body.teams[0].name, 'Pilots')
  assert.deepEqual(await found(`team=${body.teams[0].id}`), ['ada@corp.example', 'kim'])
  assert.deepEqual(await found(`team=${body.teams[0].id}&search=kim`), ['kim'])
  await source.patch(`/Groups/${group}`, { op: 'remove', path: `members[value eq "${kim}"]` })
  assert.deepEqual(await found(`team=${body.teams[0].id}`), ['ada@corp.example'])
})

test('active false disables: the account, what it owns and its teams stay, its access is refused', async () => {
  const acme = await server.place('disabling')
  const source = await acme.source()
  const id = await source.user('ada')
  await source.group('Pilots', [id])
  const { id: person } = await acme.find('ada')
  await acme.promote(person)
  const { key } = await acme.key({ scopes: ['people:read'], user: person })
  await acme.api('PATCH', `/connections/${source.id}`, { owner: person })
  assert.equal((await acme.api('GET', '/people', undefined, key)).status, 200)
  await source.patch(`/Users/${id}`, activate(false))
  await pause(revocationMs)
  const shown = await acme.api('GET', `/people/${person}`)
  assert.deepEqual([shown.body.state, shown.body.scimId, shown.body.teams.length], ['suspended', id, 1])
  assert.deepEqual([shown.body.stateChange.via, shown.body.stateChange.connectionId], ['PATCH', source.id])
  assert.match(shown.body.stateChange.requestId, /^req_/)
  const owned = await acme.api('GET', `/people/${person}/owned`)
  assert.equal(owned.body.keys.length, 1)
  assert.equal((await acme.api('GET', '/people', undefined, key)).status, 401)
  assert.equal((await source.scim('GET', `/Users/${id}`)).body.active, false)
})

test('AC-D9: active true brings the same account back over SCIM, pending or active as it was, and no second one', async () => {
  const acme = await server.place('enabling')
  const source = await acme.source()
  const id = await source.user('ada')
  const { id: person } = await acme.find('ada')
  const bringBack = async () => {
    await source.patch(`/Users/${id}`, activate(false))
    assert.equal((await acme.api('GET', `/people/${person}`)).body.state, 'suspended')
    const back = await source.patch(`/Users/${id}`, activate(true))
    assert.deepEqual([back.status, back.body.id, back.body.active], [200, id, true])
    const { body } = await acme.api('GET', '/people?state=pending,active,suspended,deprovisioned')
    return body.data.map((each: { id: string; state: string }) => [each.id, each.state])
  }
  assert.deepEqual(await bringBack(), [[person, 'pending']])
  assert.equal((await acme.api('POST', `/people/${person}/activate`, {})).status, 200)
  assert.deepEqual(await bringBack(), [[person, 'active']])
})

test('an administrator suspends, brings back and activates a local person, with the reason; twice is once', async () => {
  const acme = await server.place('acts')
  const made = await acme.api('POST', '/people', {
    attributes: { userName: 'ada', emails: [{ value: 'a@b.example', primary: true }] },
  })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  assert.deepEqual([made.body.state, made.body.owner, made.body.connection], ['pending', 'local', null])
  assert.match(made.headers.get('location') ?? '', new RegExp(`/people/${made.body.id}$`))
  const path = `/people/${made.body.id}`
  const suspended = await acme.api('POST', `${path}/suspend`, { reason: 'on leave' })
  assert.deepEqual(
    [suspended.body.state, suspended.body.stateChange.reason, suspended.body.stateChange.via],
    ['suspended', 'on leave', 'admin'],
  )
  const again = await acme.api('POST', `${path}/suspend`, { reason: 'once more' })
  assert.deepEqual([again.body.version, again.body.stateChange.reason], [suspended.body.version, 'on leave'])
  assert.equal((await acme.api('POST', `${path}/activate`, {})).body.code, 'conflict')
  assert.equal((await acme.api('POST', `${path}/reactivate`, {})).body.state, 'pending')
  assert.equal((await acme.api('POST', `${path}/activate`, {})).body.state, 'active')
  assert.equal((await acme.api('POST', `${path}/activate`, {})).status, 200)
  const direct = await acme.api('POST', '/people', { attributes: { userName: 'bea' }, invite: false })
  assert.equal(direct.body.state, 'active')
})

test('attributes are checked like those of SCIM; null unassigns, objects merge, If-Match is minded', async () => {
  const acme = await server.place('attributes')
  const { body: made } = await acme.api('POST', '/people', {
    attributes: {
      userName: 'ada',
      name: { givenName: 'Ada', familyName: 'Byron' },
      [enterpriseUrn]: { department: 'Sea' },
    },
  })
  const path = `/people/${made.id}`
  const update = (attributes: object, headers = {}) =>
    server.send('PATCH', acme.path + path, { body: { attributes }, headers })
  const changed = await update({
    name: { familyName: 'Lovelace' },
    title: 'Countess',
    [enterpriseUrn]: { costCenter: '7' },
  })
  assert.equal(changed.status, 200, JSON.stringify(changed.body))
  const { attributes } = changed.body
  assert.deepEqual(attributes.name, { givenName: 'Ada', familyName: 'Lovelace' })
  assert.deepEqual(attributes[enterpriseUrn], { department: 'Sea', costCenter: '7' })
  assert.equal((await update({ title: null })).body.attributes.title, undefined)
  const same = await update({ name: { familyName: 'Lovelace' } })
  assert.equal(same.body.version, changed.body.version + 1, 'only taking the title away was a change')
  const stale = await update({ title: 'x' }, { 'if-match': `"${changed.body.version}"` })
  assert.deepEqual([stale.status, stale.body.currentVersion], [412, same.body.version])
  for (const [bad, text] of [
    [{ active: false }, /suspend or reactivate/],
    [{ emails: 'no list' }, /emails/],
    [{ userName: null }, /userName/],
    [{ nonsense: 1 }, /nonsense/],
    [{ title: 7 }, /title/],
    [{ id: 'x' }, /id/],
  ] as const) {
    const refused = await update(bad)
    assert.equal(refused.status, 400, JSON.stringify(refused.body))
    assert.match(refused.body.detail, text)
  }
  await acme.api('POST', '/people', { attributes: { userName: 'bea' } })
  assert.equal((await update({ userName: 'BEA' })).body.code, 'conflict')
  assert.equal((await acme.api('POST', '/people', { attributes: { userName: 'ADA' } })).body.code, 'conflict')
  assert.equal((await acme.api('POST', '/people', { attributes: { displayName: 'nobody' } })).status, 400)
  assert.equal((await acme.api('GET', path)).body.version, same.body.version, 'nothing refused left a trace')
})

test('local people are listed over SCIM and may be members, but a source that writes them gets 403', async () => {
  const acme = await server.place('local')
  const source = await acme.source()
  const { body: owner } = await acme.api('POST', '/people', { attributes: { userName: 'root' }, builtIn: true })
  assert.deepEqual([owner.builtIn, owner.state], [true, 'active'])
  const path = `/Users/${owner.scimId}`
  assert.equal((await source.scim('GET', path)).body.userName, 'root')
  assert.equal((await source.scim('GET', '/Users?filter=userName eq "root"')).body.totalResults, 1)
  for (const reply of [
    await source.patch(path, activate(false)),
    await source.scim('PUT', path, toUser('root')),
    await source.scim('DELETE', path),
  ]) {
    assert.equal(reply.status, 403, JSON.stringify(reply.body))
    assert.match(reply.body.detail, /local account/)
  }
  assert.equal((await source.scim('POST', '/Users', toUser('root'))).status, 409)
  const group = await source.group('Everybody', [owner.scimId])
  assert.equal((await source.scim('GET', `/Groups/${group}`)).body.members[0].value, owner.scimId)
  assert.equal((await acme.api('POST', `/people/${owner.id}/suspend`, {})).body.code, 'conflict')
  assert.equal((await acme.api('DELETE', `/people/${owner.id}`)).body.code, 'conflict')
  assert.equal((await acme.api('GET', `/people/${owner.id}`)).body.state, 'active')
})

test('what is owned is listed before somebody leaves and handed over; keys are named as dying and stay', async () => {
  const acme = await server.place('leaving')
  const source = await acme.source()
  const id = await source.user('ada')
  await source.user('bea')
  const [ada, bea] = [await acme.find('ada'), await acme.find('bea')]
  await acme.promote(ada.id)
  await acme.key({ scopes: ['scim'], user: ada.id, name: 'provisioning' })
  const personal = await acme.key({ scopes: ['admin:enterprise'], user: ada.id, name: 'hers' })
  await server.application.database.query(
    {
      text: 'update connections set owner_user_id = (select id from users where user_name_key = $1 and organization_id = connections.organization_id) where name = $2',
    },
    ['ada', 'SCIM'],
  )
  const made = await acme.api('POST', '/service-accounts', { name: 'robot' }, personal.key)
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const { body: team } = await acme.api('POST', '/teams', { name: 'Sailors' })
  const maintained = await acme.api('POST', `/teams/${team.id}/maintainers`, { userId: ada.id })
  assert.ok(maintained.status < 300, JSON.stringify(maintained.body))
  await source.patch(`/Users/${id}`, activate(false))
  const { body: owned } = await acme.api('GET', `/people/${ada.id}/owned`)
  assert.deepEqual(
    owned.serviceAccounts.map((account: { name: string }) => account.name),
    ['robot'],
  )
  assert.deepEqual([owned.connections.length, owned.teams.map(({ name }: { name: string }) => name)], [2, ['Sailors']])
  assert.deepEqual(
    owned.keys.map((key: { provisions: boolean }) => key.provisions),
    [true, true],
  )
  const self = await acme.api('POST', `/people/${ada.id}/handover`, { to: ada.id })
  assert.deepEqual([self.status, self.body.errors[0].pointer], [400, '/to'])
  const part = await acme.api('POST', `/people/${ada.id}/handover`, { to: bea.id, only: ['serviceAccounts'] })
  assert.deepEqual([part.body.handedOver.serviceAccounts.length, part.body.handedOver.connections.length], [1, 0])
  const rest = await acme.api('POST', `/people/${ada.id}/handover`, { to: bea.id })
  const { handedOver, dying } = rest.body
  assert.deepEqual([handedOver.connections.length, handedOver.teams.length, dying.length], [2, 1, 2])
  const { body: hers } = await acme.api('GET', `/people/${bea.id}/owned`)
  assert.deepEqual(
    [hers.teams.length, hers.connections.length, hers.serviceAccounts.length, hers.keys.length],
    [1, 2, 1, 0],
  )
  assert.equal((await acme.api('GET', `/people/${ada.id}/owned`)).body.keys.length, 2)
  const { body: history } = await acme.api('GET', `/people/${ada.id}/history`)
  assert.equal(history.data[0].action, 'user.handed_over')
  // Automation may maintain teams; a person answers for the rest.
  const bot = await acme.api('POST', '/service-accounts', { name: 'team bot' })
  const tooMuch = await acme.api('POST', `/people/${bea.id}/handover`, { to: bot.body.id })
  assert.match(tooMuch.body.detail, /A person must answer/)
  const toBot = await acme.api('POST', `/people/${bea.id}/handover`, { to: bot.body.id, only: ['teams'] })
  assert.equal(toBot.body.handedOver.teams.length, 1, JSON.stringify(toBot.body))
  const { data: assignments } = (await acme.api('GET', `/role-assignments?serviceAccount=${bot.body.id}`)).body
  assert.ok(
    assignments.some(
      ({ role, team }: Record<string, { name: string } | null>) => role?.name === 'team maintainer' && team !== null,
    ),
  )
  const suspended = await acme.api('POST', `/people/${bea.id}/handover`, { to: ada.id })
  assert.match(suspended.body.detail, /suspended/)
})
