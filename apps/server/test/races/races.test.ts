import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { toGroup, toPatch, toUser } from '../bad-input/refusal.ts'
import {
  createListeningProvisioning,
  createSecondApplication,
  type ListeningProvisioning,
  type SecondApplication,
} from '../harness/listening.ts'
import { createScimClient, type HttpAnswer, type ScimClient } from '../harness/scim-over-http.ts'

let server: ListeningProvisioning
let second: SecondApplication
/** The same organization through two applications with pools and caches of their own. */
let clients: readonly [ScimClient, ScimClient]
let people: readonly string[]

before(async () => {
  server = await createListeningProvisioning()
  second = await createSecondApplication(server)
  const tenant = await server.createTenant('acme')
  // Tests of races cut off more people in a moment than the guard lets pass.
  const { key } = await tenant.createConnection({ settings: { guard: { enabled: false } } })
  clients = [createScimClient(server.url, key), createScimClient(second.url, key)]
  people = await createPeople(200)
})
after(async () => {
  await second.close()
  await server.close()
})

const clientOf = (n: number): ScimClient => clients[n % 2 === 0 ? 0 : 1]
const atOnce = <T>(count: number, act: (client: ScimClient, n: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => act(clientOf(n), n)))

async function createPeople(count: number): Promise<readonly string[]> {
  const answers = await atOnce(count, (client, n) => client('POST', '/Users', toUser(`person-${n}`)))
  assert.deepEqual(countStatuses(answers), { 201: count })
  return answers.map(({ body }) => body.id)
}

function countStatuses(answers: readonly HttpAnswer[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>()
  for (const { status, body } of answers) {
    const name = body.scimType === undefined ? String(status) : `${status} ${body.scimType}`
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return Object.fromEntries(counts)
}

async function createTeam(name: string, members: readonly string[] = []): Promise<string> {
  const body = toGroup(name, { members: members.map((value) => ({ value })) })
  const answer = await clients[0]('POST', '/Groups', body)
  assert.equal(answer.status, 201, answer.text)
  return answer.body.id
}

type Team = {
  readonly members?: readonly { readonly value: string }[]
  readonly displayName: string
  readonly meta: { readonly version: string }
}

async function readTeam(
  id: string,
): Promise<{ readonly members: readonly string[]; readonly displayName: string; readonly version: number }> {
  const [first, other] = await Promise.all(clients.map((client) => client('GET', `/Groups/${id}`)))
  assert.equal(first?.text, other?.text, 'both applications show the same')
  const team = JSON.parse(first?.text ?? '') as Team
  const version = Number(/^W\/"(\d+)"$/.exec(team.meta.version)?.[1])
  return { members: (team.members ?? []).map(({ value }) => value).toSorted(), displayName: team.displayName, version }
}

const addMember = (value: string) => toPatch({ op: 'add', path: 'members', value: [{ value }] })
const removeMember = (value: string) => toPatch({ op: 'remove', path: `members[value eq "${value}"]` })

test('TRAP-F6: 200 PATCHes at once through two servers, each adding another member, keep all and make one version each', async () => {
  const id = await createTeam('everybody')
  const answers = await atOnce(200, (client, n) => client('PATCH', `/Groups/${id}`, addMember(people[n] ?? '')))
  assert.deepEqual(countStatuses(answers), { 204: 200 })
  assert.deepEqual(await readTeam(id), { members: people.toSorted(), displayName: 'everybody', version: 201 })
  const versions = new Set(answers.map(({ headers }) => headers.get('etag')))
  assert.equal(versions.size, 200, 'no two answers tell the same version')
})

test('200 PATCHes at once that add and remove through two servers leave exactly those who should be there', async () => {
  const before = people.slice(0, 100)
  const id = await createTeam('shifting', before)
  const answers = await atOnce(200, (client, n) =>
    client('PATCH', `/Groups/${id}`, n < 100 ? removeMember(before[n] ?? '') : addMember(people[n] ?? '')),
  )
  assert.deepEqual(countStatuses(answers), { 204: 200 })
  assert.deepEqual(await readTeam(id), { members: people.slice(100).toSorted(), displayName: 'shifting', version: 201 })
})

test('renames, additions and removals of one group at once are all done, none at the cost of another', async () => {
  const id = await createTeam('mixed', people.slice(0, 10))
  const answers = await atOnce(60, (client, n) => {
    if (n % 3 === 0)
      return client('PATCH', `/Groups/${id}`, toPatch({ op: 'replace', path: 'displayName', value: `mixed ${n}` }))
    if (n % 3 === 1) return client('PATCH', `/Groups/${id}`, addMember(people[100 + n] ?? ''))
    return client('PATCH', `/Groups/${id}`, removeMember(people[n % 10] ?? ''))
  })
  const { 204: done = 0, ...rest } = countStatuses(answers)
  assert.deepEqual([done, rest], [60, {}])
  const team = await readTeam(id)
  const removed = new Set(
    Array.from({ length: 60 }, (_, n) => n)
      .filter((n) => n % 3 === 2)
      .map((n) => people[n % 10]),
  )
  const added = Array.from({ length: 60 }, (_, n) => n)
    .filter((n) => n % 3 === 1)
    .map((n) => people[100 + n] ?? '')
  assert.deepEqual(team.members, [...people.slice(0, 10).filter((each) => !removed.has(each)), ...added].toSorted())
  assert.match(team.displayName, /^mixed \d+$/)
})

test('TRAP-A5: ten POSTs of one userName at once, in any case, through two servers: one is 201, nine are 409 uniqueness', async () => {
  for (let round = 0; round < 5; round++) {
    const name = `Racer-${round}`
    const spelled = [name, name.toUpperCase(), name.toLowerCase()]
    const answers = await atOnce(10, (client, n) => client('POST', '/Users', toUser(spelled[n % 3] ?? name)))
    assert.deepEqual(countStatuses(answers), { 201: 1, '409 uniqueness': 9 })
    const found = await clients[0]('GET', `/Users?filter=${encodeURIComponent(`userName eq "${name}"`)}`)
    assert.equal(found.body.totalResults, 1)
  }
})

test('TRAP-D24: ten users renamed to one userName at once through two servers: one is renamed, nine are 409 and keep theirs', async () => {
  const ten = people.slice(0, 10)
  for (const verb of ['PATCH', 'PUT'] as const) {
    const target = `wanted-by-${verb}`
    const answers = await atOnce(10, (client, n) =>
      verb === 'PATCH'
        ? client('PATCH', `/Users/${ten[n]}`, toPatch({ op: 'replace', path: 'userName', value: target }))
        : client('PUT', `/Users/${ten[n]}`, toUser(target.toUpperCase())),
    )
    assert.deepEqual(countStatuses(answers), { 200: 1, '409 uniqueness': 9 })
    const names = await Promise.all(ten.map(async (id) => (await clients[1]('GET', `/Users/${id}`)).body.userName))
    assert.equal(names.filter((name) => name.toLowerCase() === target.toLowerCase()).length, 1, names.join())
    assert.equal(new Set(names).size, 10)
  }
})

test('a DELETE among PATCHes of one user wins once; afterwards everything is 404 and nobody is a member any more', async () => {
  for (let round = 0; round < 5; round++) {
    const { body } = await clients[0]('POST', '/Users', toUser(`leaving-${round}`))
    const team = await createTeam(`left-${round}`, [body.id])
    const answers = await atOnce(12, (client, n) =>
      n % 4 === 3
        ? client('DELETE', `/Users/${body.id}`)
        : n % 4 === 2
          ? client('PATCH', `/Groups/${team}`, addMember(body.id))
          : client('PATCH', `/Users/${body.id}`, toPatch({ op: 'replace', path: 'title', value: `t${n}` })),
    )
    const deletes = answers.filter((_, n) => n % 4 === 3)
    assert.deepEqual(countStatuses(deletes), { 204: 1, 404: 2 })
    for (const { status, text } of answers) assert.ok([200, 204, 400, 404].includes(status), text)
    assert.equal((await clients[1]('GET', `/Users/${body.id}`)).status, 404)
    assert.deepEqual((await readTeam(team)).members, [])
  }
})

test('of ten PUTs at once with the same If-Match exactly one wins, nine are 412, and its body stands whole', async () => {
  const { body } = await clients[0]('POST', '/Users', toUser('conditional'))
  for (let round = 1; round <= 5; round++) {
    const etag = (await clients[1]('GET', `/Users/${body.id}`)).headers.get('etag') ?? ''
    const answers = await atOnce(10, (client, n) =>
      client('PUT', `/Users/${body.id}`, toUser('conditional', { title: `t${round}-${n}`, nickName: `n${n}` }), {
        'if-match': etag,
      }),
    )
    assert.deepEqual(countStatuses(answers), { 200: 1, 412: 9 })
    const winner = answers.findIndex(({ status }) => status === 200)
    const { text } = await clients[1]('GET', `/Users/${body.id}`)
    assert.match(
      text,
      new RegExp(
        `"title":"t${round}-${winner}".*"nickName":"n${winner}"|"nickName":"n${winner}".*"title":"t${round}-${winner}"`,
      ),
    )
  }
})

test('of ten DELETEs at once with the same If-Match one is 204, the others are 404 or 412', async () => {
  const { body, headers } = await clients[0]('POST', '/Users', toUser('deleted by many'))
  const conditions = { 'if-match': headers.get('etag') }
  const { 204: done, ...rest } = countStatuses(
    await atOnce(10, (client) => client('DELETE', `/Users/${body.id}`, undefined, conditions)),
  )
  assert.equal(done, 1)
  assert.deepEqual(
    Object.keys(rest).filter((status) => status !== '404' && status !== '412'),
    [],
  )
})

test('AC-E15: 5,000 ids in one operation are 204, and all of them are members', async () => {
  const crowd: string[] = []
  for (let from = 0; from < 5_000; from += 1_000) {
    const Operations = Array.from({ length: 1_000 }, (_, n) => ({
      method: 'POST',
      path: '/Users',
      bulkId: `b${n}`,
      data: toUser(`crowd-${from + n}`),
    }))
    const { text } = await clients[0]('POST', '/Bulk', {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
      Operations,
    })
    for (const [, id = ''] of text.matchAll(/\/Users\/([0-9a-f-]{36})/g)) crowd.push(id)
  }
  const ids = [...new Set(crowd)]
  assert.equal(ids.length, 5_000)
  const id = await createTeam('crowd')
  const add = toPatch({ op: 'add', path: 'members', value: ids.map((value) => ({ value })) })
  assert.equal((await clients[1]('PATCH', `/Groups/${id}`, add)).status, 204)
  assert.equal((await readTeam(id)).members.length, 5_000)
  const remove = toPatch({ op: 'remove', path: 'members', value: ids.slice(0, 4_999).map((value) => ({ value })) })
  assert.equal((await clients[0]('PATCH', `/Groups/${id}`, remove)).status, 204)
  assert.deepEqual((await readTeam(id)).members, [ids[4_999]])
})
