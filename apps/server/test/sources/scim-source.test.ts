import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sourceRules } from '@rollcall/admin-api'
import { formatTypeId } from '../../src/type-id.ts'
import { createOutboundConnections } from '../../src/outbound-connections.ts'
import type { Reply } from '../admin/admin-harness.ts'
import { createListeningProvisioning } from '../harness/listening.ts'
import { createSourceHarness } from './source-harness.ts'

// A second Rollcall behind a real port is the application that people are imported from.
const app = await createListeningProvisioning()
const outbound = createOutboundConnections({ allow: ['127.0.0.0/8'] })
/** What went over the wire. */
const asked: URL[] = []
const harness = await createSourceHarness({
  outboundConnections: {
    ...outbound,
    send: (call) => {
      asked.push(new URL(call.url))
      return outbound.send(call)
    },
  },
})
after(async () => {
  await harness[Symbol.asyncDispose]()
  await app.close()
})

type Body = Reply['body']
type Tenant = Awaited<ReturnType<typeof app.createTenant>>

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise]
const organization = '/api/v1/organizations/acme'

function rulesOf(more: object = {}): object {
  return sourceRules.parse({
    anchor: 'id',
    mappings: [
      { target: 'userName', kind: 'direct', source: 'userName' },
      { target: 'name.givenName', kind: 'direct', source: 'name.givenName' },
      { target: 'name.familyName', kind: 'direct', source: 'name.familyName' },
      { target: 'emails[type eq "work"].value', kind: 'direct', source: 'emails[type eq "work"].value' },
      { target: `${enterprise}:department`, kind: 'direct', source: `${enterprise}:department` },
      { target: `${enterprise}:manager`, kind: 'reference', source: `${enterprise}:manager.value` },
    ],
    correlation: [[{ target: 'userName' }]],
    lifecycle: { active: '[active]' },
    ...more,
  })
}

function importOf(
  name: string,
  { key }: Tenant,
  { rules, place = {} }: { readonly rules: object; readonly place?: object },
) {
  return harness.createSource(name, {
    place: { kind: 'scim', url: `${app.url}/scim/v2`, ...place },
    credentials: { kind: 'bearer', token: key },
    rules,
  })
}

async function addPeople(tenant: Tenant, domain: string, count: number, more: (number: number) => object = () => ({})) {
  const ids: string[] = []
  for (let start = 1; start <= count; start += 500) {
    const Operations = Array.from({ length: Math.min(500, count - start + 1) }, (_, index) => {
      const number = start + index
      const userName = `p${number}@${domain}`
      const emails = [{ type: 'work', value: userName, primary: true }]
      const data = { schemas, userName, name: { givenName: `G${number}`, familyName: 'F' }, emails, ...more(number) }
      return { method: 'POST', path: '/Users', bulkId: `b${number}`, data }
    })
    const { body } = await tenant.scim('POST', '/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations,
    })
    // See ScimBody: what is not there is found out by the assertions.
    const { Operations: made } = body as Body
    ids.push(...made.map(({ location }: Body) => String(location).split('/').at(-1)))
  }
  return ids
}

function pass(): void {
  for (const { clock } of [app, harness.application]) clock.advance(10 * 60_000)
}

const patchOf = (value: object) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'replace', value }],
})

async function people(domain: string): Promise<ReadonlyMap<string, Body>> {
  const found = new Map<string, Body>()
  for (let cursor: string | undefined; ;) {
    const query = new URLSearchParams({ search: domain, limit: '200', state: 'active,pending,suspended' })
    if (cursor !== undefined) query.set('cursor', cursor)
    const { body } = await harness.send('GET', `${organization}/people?${query}`)
    for (const person of body.data) found.set(person.userName, person)
    if (body.nextCursor === null) return found
    cursor = body.nextCursor
  }
}

const detailsOf = async (id: string) => (await harness.send('GET', `${organization}/people/${id}`)).body

test('AC-O25: an import reads pages of 100, links exact matches, waits for a decision about partial ones, and stops when 21 % are gone', async () => {
  const tenant = await app.createTenant('o25')
  const ids = await addPeople(tenant, 'o25.test', 250)
  // Three are here already: one is matched exactly by mail, the other two by their names only.
  const here: Body[] = []
  for (const [userName, givenName] of [
    ['p1@o25.test', 'G1'],
    ['two@here.o25.test', 'G2'],
    ['three@here.o25.test', 'G3'],
  ]) {
    const attributes = { userName, name: { givenName, familyName: 'F' }, emails: [{ type: 'work', value: userName }] }
    const made = await harness.send('POST', `${organization}/people`, { body: { attributes } })
    assert.equal(made.status, 201, JSON.stringify(made.body))
    here.push(made.body)
  }
  const exact = [{ target: 'emails[type eq "work"].value' }]
  const partial = [{ target: 'name.givenName' }, { target: 'name.familyName' }]
  const place = await importOf('O25', tenant, {
    rules: rulesOf({ correlation: [exact, partial], onMatched: 'askPartial' }),
    place: { delta: 'never' },
  })
  const first = await harness.read(place)
  assert.equal(first.state, 'done', JSON.stringify(first))
  assert.deepEqual([first.counts.read, first.counts.create, first.counts.link], [250, 247, 1])
  const pages = asked.filter(({ pathname }) => pathname.endsWith('/Users')).map((url) => url.searchParams.get('count'))
  assert.deepEqual(pages, ['100', '100', '100'])
  const waiting = await harness.send('GET', `${place}/records?situation=asked`)
  assert.deepEqual(waiting.body.data.map(({ anchor }: Body) => anchor).toSorted(), [ids[1], ids[2]].toSorted())
  // One is confirmed, the other is somebody else of the same name.
  for (const body of [
    { anchor: ids[1], decision: 'link', person: here[1].id },
    { anchor: ids[2], decision: 'create' },
  ]) {
    const decided = await harness.send('POST', `${place}/decisions`, { body })
    assert.equal(decided.status, 200, JSON.stringify(decided.body))
  }
  const second = await harness.read(place)
  assert.deepEqual([second.state, second.counts.create, second.counts.link], ['done', 1, 1], JSON.stringify(second))
  assert.equal((await harness.send('GET', `${place}/records/${ids[1]}`)).body.situation, 'confirmed')
  assert.equal((await detailsOf(here[1].id)).attributes.userName, 'p2@o25.test')
  assert.equal((await people('o25.test')).size, 251)
  // 20 % may go, 21 % may not: 53 of 250. The application's own guard would not let them go at once.
  const { secret } = await tenant.createKey({ scopes: ['admin:enterprise'] })
  const guarded = `/api/v1/organizations/o25/connections/${formatTypeId('con', tenant.connection.id)}`
  const off = await app.fetch(guarded, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ settings: { guard: { enabled: false } } }),
  })
  assert.equal(off.status, 200, await off.text())
  for (const id of ids.slice(-53)) assert.equal((await tenant.scim('DELETE', `/Users/${id}`)).status, 204)
  for (let read = 1; read <= 2; read++) {
    const held = await harness.read(place)
    assert.deepEqual([held.state, held.heldReason], ['held', 'shrunk'], JSON.stringify(held))
    await harness.send('POST', `${organization}/source-reads/${held.id}/reject`, { body: { reason: 'Who was that?' } })
  }
  const after = await people('o25.test')
  assert.equal(after.size, 251)
  assert.ok([...after.values()].every(({ state }) => state !== 'suspended'))
  await addPeople(tenant, 'late.o25.test', 3)
  const exactly = await harness.read(place)
  assert.deepEqual([exactly.state, exactly.counts.absent], ['done', 53])
})

test('AC-O26: whoever is deactivated in the app stays, is suspended or is deleted here, as the setting says', async () => {
  for (const [inactive, states] of [
    ['nothing', { 'p1@': 'active', 'p2@': 'active' }],
    ['suspend', { 'p1@': 'suspended', 'p2@': 'active' }],
    ['delete', { 'p1@': undefined, 'p2@': 'active' }],
  ] as const) {
    const domain = `${inactive.toLowerCase()}.o26.test`
    const tenant = await app.createTenant(`o26-${inactive.toLowerCase()}`)
    const [gone = ''] = await addPeople(tenant, domain, 5)
    const place = await importOf(`O26 ${inactive}`, tenant, { rules: rulesOf({ leaving: { inactive } }) })
    assert.equal((await harness.read(place)).state, 'done')
    assert.equal((await tenant.scim('PATCH', `/Users/${gone}`, patchOf({ active: false }))).status, 200)
    const read = await harness.read(place)
    assert.equal(read.state, 'done', JSON.stringify(read))
    const found = await people(domain)
    for (const [start, state] of Object.entries(states)) assert.equal(found.get(start + domain)?.state, state, inactive)
    // Back in the app, back here, but for whom the setting deleted: he is made anew by hand or by a rehire.
    if (inactive === 'delete') continue
    await tenant.scim('PATCH', `/Users/${gone}`, patchOf({ active: true }))
    await harness.read(place)
    assert.equal((await people(domain)).get(`p1@${domain}`)?.state, 'active')
  }
})

test('between full reads only what changed is read, where the server filters by time; extensions and managers come along', async () => {
  const tenant = await app.createTenant('delta')
  const ids = await addPeople(tenant, 'delta.test', 120, () => ({ [enterprise]: { department: 'Sales' } }))
  // Who changed within the five minutes before a read comes again with the next one.
  pass()
  const place = await importOf('Delta', tenant, { rules: rulesOf() })
  assert.equal((await harness.read(place)).counts.create, 120)
  pass()
  const boss = { [enterprise]: { department: 'Support', manager: { value: ids[1] } } }
  assert.equal((await tenant.scim('PATCH', `/Users/${ids[0]}`, patchOf(boss))).status, 200)
  const delta = await harness.read(place)
  assert.deepEqual([delta.mode, delta.state, delta.counts.read, delta.counts.update], ['delta', 'done', 1, 1])
  const found = await people('delta.test')
  const { attributes } = await detailsOf(found.get('p1@delta.test').id)
  assert.equal(attributes[enterprise].department, 'Support')
  assert.ok(attributes[enterprise].manager.value.length > 0)
})

test('a test of the source shows columns and people; wrong credentials and no SCIM are told as such', async () => {
  const tenant = await app.createTenant('probe')
  await addPeople(tenant, 'probe.test', 2)
  const place = await importOf('Probe', tenant, { rules: rulesOf() })
  const { body } = await harness.send('POST', `${place}/test`)
  assert.deepEqual([body.isWorking, body.sample.length], [true, 2], JSON.stringify(body))
  assert.ok(body.columns.includes('emails[type eq "work"].value'))
  const refused = { credentials: { kind: 'bearer', token: 'wrong' } }
  assert.equal((await harness.send('PATCH', place, { body: refused })).status, 200)
  assert.equal((await harness.send('POST', `${place}/test`)).body.reason, 'unauthorized')
  const elsewhere = { place: { kind: 'scim', url: `${app.url}/nothing` }, ...refused }
  assert.equal((await harness.send('PATCH', place, { body: elsewhere })).status, 200)
  assert.equal((await harness.send('POST', `${place}/test`)).body.reason, 'notFound')
})

test('the preset makes rules by which everything of a SCIM user comes in', async () => {
  const tenant = await app.createTenant('preset')
  await addPeople(tenant, 'preset.test', 1, () => ({ title: 'Chief', [enterprise]: { costCenter: '42' } }))
  const made = await harness.send('POST', harness.sources, {
    body: {
      name: 'Preset',
      preset: 'scim',
      place: { kind: 'scim', url: `${app.url}/scim/v2` },
      credentials: { kind: 'bearer', token: tenant.key },
      settings: { approval: 'never' },
    },
  })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const place = `${harness.sources}/${made.body.id}`
  await harness.send('POST', `${place}/rules/publish`, { body: { revision: 1 } })
  assert.equal((await harness.read(place)).state, 'done')
  const { attributes } = await detailsOf((await people('preset.test')).get('p1@preset.test').id)
  assert.deepEqual([attributes.title, attributes[enterprise].costCenter], ['Chief', '42'])
  assert.equal(attributes.emails[0].value, 'p1@preset.test')
})

test('groups of another SCIM server are teams, groups in groups too; what changed of them comes with a delta', async () => {
  const tenant = await app.createTenant('groups')
  const ids = await addPeople(tenant, 'groups.example', 6)
  const groupSchemas = ['urn:ietf:params:scim:schemas:core:2.0:Group']
  const addGroup = async (displayName: string, members: readonly (string | undefined)[]): Promise<string> => {
    const body = { schemas: groupSchemas, displayName, members: members.map((value) => ({ value })) }
    const made = await tenant.scim('POST', '/Groups', body)
    assert.equal(made.status, 201, JSON.stringify(made.body))
    return (made.body as Body).id // See ScimBody.
  }
  const inner = await addGroup('Inner', [ids[0], ids[1]])
  const outer = await addGroup('Outer', [inner, ids[2]])
  const place = await importOf('Groups', tenant, { rules: rulesOf({ teams: { name: 'Join(" ", "App", [name])' } }) })
  const first = await harness.read(place)
  assert.deepEqual([first.state, first.counts.groups, first.counts.membersAdded], ['done', 2, 5], JSON.stringify(first))
  const membersOf = async (name: string): Promise<readonly string[]> => {
    const { data: teams } = (await harness.send('GET', `${organization}/teams?search=${encodeURIComponent(name)}`)).body
    const team = teams.find((each: Body) => each.name === name)
    assert.ok(team?.isManaged === true, name)
    const { data } = (await harness.send('GET', `${organization}/teams/${team.id}/members`)).body
    return data.map((member: Body) => String(member.userName).split('@')[0]).toSorted()
  }
  assert.deepEqual(await membersOf('App Outer'), ['p1', 'p2', 'p3'])
  pass()
  const add = { op: 'add', path: 'members', value: [{ value: ids[3] }] }
  const remove = { op: 'remove', path: `members[value eq "${ids[0]}"]` }
  const schemasOfPatch = ['urn:ietf:params:scim:api:messages:2.0:PatchOp']
  await tenant.scim('PATCH', `/Groups/${inner}`, { schemas: schemasOfPatch, Operations: [add, remove] })
  await tenant.scim('PATCH', `/Groups/${outer}`, patchOf({ displayName: 'Around' }))
  const second = await harness.read(place)
  assert.deepEqual(
    [second.mode, second.counts.groupsChanged, second.counts.membersAdded, second.counts.membersRemoved],
    ['delta', 2, 2, 2],
    JSON.stringify(second),
  )
  assert.deepEqual(await membersOf('App Inner'), ['p2', 'p4'])
  assert.deepEqual(await membersOf('App Around'), ['p2', 'p3', 'p4'])
  // Nobody tells that a group is gone: two complete reads without it do.
  await tenant.scim('DELETE', `/Groups/${inner}`)
  pass()
  await harness.read(place, { mode: 'full' })
  pass()
  const last = await harness.read(place, { mode: 'full' })
  assert.equal(last.counts.teamsDetached, 1, JSON.stringify(last.counts))
  assert.deepEqual(await membersOf('App Around'), ['p3'])
})
