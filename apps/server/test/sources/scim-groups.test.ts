import assert from 'node:assert/strict'
import { after, test, type TestContext } from 'node:test'
import { sourceRules } from '@rollcall/admin-api'
import { createSourceHarness } from './source-harness.ts'
import { json, serve } from './web-server.ts'

// SCIM servers that show the members of their groups in other ways, and reads of groups that break off.

const harness = await createSourceHarness({ settings: { ROLLCALL_OUTBOUND_ALLOW: '127.0.0.0/8' } })
after(() => harness[Symbol.asyncDispose]())

const organization = '/api/v1/organizations/acme'
const rules = sourceRules.parse({
  anchor: 'id',
  mappings: [{ target: 'userName', kind: 'direct', source: 'userName' }],
  correlation: [[{ target: 'userName' }]],
  teams: {},
})

type Group = { readonly id: string; readonly displayName: string; readonly members: readonly string[] }

type Ways = {
  groups: readonly Group[]
  readonly lists?: 'shown' | 'left out' | 'empty'
  readonly alone?: boolean
  readonly filters?: boolean
  readonly isOnPeople?: boolean
  /** The list of groups breaks off from there on. */
  brokenFrom?: number
}

const people = ['u1', 'u2', 'u3', 'u4']

async function open(t: TestContext, name: string, ways: Ways) {
  const id = (user: string): string => `${name}-${user}`
  const groupOf = ({ members, ...group }: Group, shows: boolean, emptyList = false) => {
    const values = members.map((member) => ({ value: id(member) }))
    return { ...group, ...(shows && values.length > 0 ? { members: values } : emptyList ? { members: [] } : {}) }
  }
  const { lists = 'shown', alone = true, filters = false, isOnPeople = false } = ways
  const listed = (response: Parameters<typeof json>[0], Resources: readonly object[], query: URLSearchParams): void => {
    const start = Number(query.get('startIndex') ?? '1')
    const page = Resources.slice(start - 1, start - 1 + Number(query.get('count') ?? '100'))
    json(response, { schemas: [], totalResults: Resources.length, startIndex: start, Resources: page })
  }
  const server = await serve(t, ({ url }, response) => {
    const { pathname, searchParams } = url
    const [, group] = /\/Groups\/(.+)$/.exec(pathname) ?? []
    if (group !== undefined) {
      const found = ways.groups.find((each) => each.id === group)
      if (found !== undefined) return json(response, groupOf(found, alone))
      response.writeHead(404, { 'content-type': 'application/scim+json' })
      return response.end('{"status":"404"}')
    }
    if (pathname.endsWith('/Groups')) {
      if (Number(searchParams.get('startIndex')) >= (ways.brokenFrom ?? Infinity)) return response.destroy()
      const shown = ways.groups.map((each) => groupOf(each, lists === 'shown', lists === 'empty'))
      return listed(response, shown, searchParams)
    }
    if (!pathname.endsWith('/Users')) return json(response, { schemas: [] })
    const [, asked] = /^groups\.value eq "(.+)"$/.exec(searchParams.get('filter') ?? '') ?? []
    const of = (user: string) => ways.groups.filter(({ members }) => members.includes(user))
    const found = people.filter((user) => asked === undefined || !filters || of(user).some(({ id }) => id === asked))
    const shown = found.map((user) => {
      const groups = isOnPeople && of(user).length > 0 ? { groups: of(user).map((each) => ({ value: each.id })) } : {}
      return { id: id(user), userName: `${id(user)}@acme.example`, ...groups }
    })
    return listed(response, shown, searchParams)
  })
  const place = { kind: 'scim', url: `${server.origin}/scim`, pageSize: 50, delta: 'never' }
  return { server, source: await harness.createSource(name, { place, rules }) }
}

async function membersOf(name: string): Promise<readonly string[]> {
  const { data: teams } = (await harness.send('GET', `${organization}/teams?search=${encodeURIComponent(name)}`)).body
  const team = teams.find((each: { name: string }) => each.name === name)
  assert.ok(team, `${name} is a team`)
  const { data } = (await harness.send('GET', `${organization}/teams/${team.id}/members`)).body
  return data.map(({ userName }: { userName: string }) => /-(.+)@/.exec(userName)?.[1]).toSorted()
}

const groupsOf = (name: string): readonly Group[] => [
  { id: `${name}1`, displayName: `${name} empty`, members: [] },
  { id: `${name}2`, displayName: `${name} pair`, members: ['u1', 'u2'] },
  { id: `${name}3`, displayName: `${name} one`, members: ['u3'] },
]

for (const [name, ways] of [
  ['lists', {}],
  ['alone', { lists: 'left out' }],
  ['emptied', { lists: 'empty' }],
  ['filter', { lists: 'empty', alone: false, filters: true }],
] as const)
  test(`members are found where a server shows them: ${name}`, async (t) => {
    const { server, source } = await open(t, name, { ...ways, groups: groupsOf(name) })
    const read = await harness.read(source)
    assert.deepEqual([read.state, read.counts.groups, read.counts.membersAdded], ['done', 3, 3], JSON.stringify(read))
    assert.deepEqual(await membersOf(`${name} pair`), ['u1', 'u2'])
    assert.deepEqual(await membersOf(`${name} empty`), [])
    const alone = server.asked.filter(({ url }) => /Groups\/./.test(url.pathname)).length
    assert.equal(alone > 0, name !== 'lists', 'a server that shows them in lists is asked for no group by itself')
  })

test('a server that stops showing members empties no team: its groups are bad, and stay as they were', async (t) => {
  const ways = { groups: groupsOf('hidden'), lists: 'shown', alone: true, isOnPeople: true } as const
  const shown = await open(t, 'hidden', ways)
  assert.equal((await harness.read(shown.source)).counts.membersAdded, 3)
  const hiding = await open(t, 'hidden', { ...ways, lists: 'left out', alone: false })
  const place = { kind: 'scim', url: `${hiding.server.origin}/scim`, pageSize: 50, delta: 'never' }
  const moved = await harness.send('PATCH', shown.source, { body: { place } })
  assert.equal(moved.status, 200, JSON.stringify(moved.body))
  const read = await harness.read(shown.source)
  assert.deepEqual([read.state, read.counts.groupsBad, read.counts.membersRemoved], ['done', 3, undefined])
  assert.deepEqual(await membersOf('hidden pair'), ['u1', 'u2'])
  const { data } = (await harness.send('GET', `${shown.source}/escrow`)).body
  assert.deepEqual([...new Set(data.map(({ reason }: { reason: string }) => reason))], ['membersHidden'])
})

test('a read that breaks off within the groups goes on there', async (t) => {
  const many = Array.from({ length: 120 }, (_, at) => ({ id: `b${at}`, displayName: `Broken ${at}`, members: ['u1'] }))
  const ways: Ways = { groups: many, brokenFrom: 101 }
  const { server, source } = await open(t, 'broken', ways)
  const started = await harness.send('POST', `${source}/reads`, { body: {} })
  await harness.work()
  const path = `${organization}/source-reads/${started.body.id}`
  const broken = (await harness.send('GET', path)).body
  assert.deepEqual([broken.state, broken.counts.groups], ['reading', 100], JSON.stringify(broken))
  const before = server.asked.length
  delete ways.brokenFrom
  harness.application.clock.advance(60_000)
  await harness.work()
  const read = (await harness.send('GET', path)).body
  assert.deepEqual([read.state, read.counts.groups, read.counts.teamsCreated], ['done', 120, 120], JSON.stringify(read))
  const asked = server.asked.slice(before).filter(({ url }) => /(Users|Groups)$/.test(url.pathname))
  assert.deepEqual(
    asked.map(({ url }) => `${url.pathname.split('/').at(-1)} ${url.searchParams.get('startIndex')}`),
    ['Groups 101'],
  )
})

test('a read without any group is held where there were some, and groups are gone after two complete reads without them', async (t) => {
  const ways: Ways = { groups: groupsOf('gone') }
  const { source } = await open(t, 'gone', ways)
  assert.equal((await harness.read(source)).counts.teamsCreated, 3)
  ways.groups = []
  const held = await harness.read(source)
  assert.deepEqual([held.state, held.heldReason], ['held', 'shrunk'], JSON.stringify(held))
  const detached: unknown[] = []
  for (let round = 0; round < 2; round++) {
    const read = round === 0 ? held : await harness.read(source)
    const path = `${organization}/source-reads/${read.id}`
    if (read.state === 'held')
      assert.ok((await harness.send('POST', `${path}/approve`, { body: { reason: 'They are gone' } })).status < 300)
    await harness.work()
    const { state, counts } = (await harness.send('GET', path)).body
    assert.equal(state, 'done')
    detached.push(counts.teamsDetached)
  }
  assert.deepEqual(detached, [undefined, 3])
})
