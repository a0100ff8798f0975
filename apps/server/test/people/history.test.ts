import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createRegistry, diffResources, findResourceType } from '@rollcall/scim'
import fc from 'fast-check'
import { batchDelayMs } from '../../src/audit/request-log.ts'
import { purgeOverdue } from '../../src/directory/recycle-bin.ts'
import { activate, createPeopleHarness, enterpriseUrn, toUser, type PeopleHarness } from './people-harness.ts'

let server: PeopleHarness
before(async () => {
  server = await createPeopleHarness()
})
after(() => server[Symbol.asyncDispose]())

const dayMs = 86_400_000
const userType = findResourceType(createRegistry(), 'User')
assert.ok(userType !== undefined)
const now = () => server.application.clock().toISOString()
const replace = (path: string, value: unknown) => ({ op: 'replace', path, value })

test('a person reads as it was at any moment, with its teams, and history tells which request changed what', async () => {
  const place = await server.place('as-of')
  const source = await place.source()
  const born = now()
  server.application.clock.advance(dayMs)
  const id = await source.user('ada', { title: 'Countess', [enterpriseUrn]: { department: 'Sea' } })
  const group = await source.group('Pilots', [id])
  const { id: account } = await place.find('ada')
  const first = now()
  server.application.clock.advance(dayMs)
  const patched = await source.patch(`/Users/${id}`, replace('title', 'Captain'), replace('name.givenName', 'Augusta'))
  await source.patch(`/Groups/${group}`, { op: 'remove', path: `members[value eq "${id}"]` })
  const second = now()
  server.application.clock.advance(dayMs)
  await source.patch(`/Users/${id}`, activate(false))
  const at = async (asOf: string) => (await place.api('GET', `/people/${account}?asOf=${asOf}`)).body
  assert.equal((await place.api('GET', `/people/${account}?asOf=${born}`)).status, 404)
  const then = await at(first)
  assert.deepEqual(
    [then.state, then.attributes.title, then.attributes.name.givenName, then.version],
    ['pending', 'Countess', 'Given', 1],
  )
  assert.deepEqual(then.attributes[enterpriseUrn], { department: 'Sea' })
  assert.deepEqual([then.teams.map(({ name }: { name: string }) => name), then.asOf], [['Pilots'], first])
  const later = await at(second)
  assert.deepEqual(
    [later.state, later.attributes.title, later.attributes.name.givenName, later.teams],
    ['pending', 'Captain', 'Augusta', []],
  )
  assert.equal((await at(now())).state, 'suspended')
  const { body: history } = await place.api('GET', `/people/${account}/history?limit=2`)
  assert.equal(history.data[1].requestId, patched.headers.get('x-request-id'))
  assert.deepEqual(
    history.data[1].changes.toSorted((a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1)),
    [
      { path: 'name.givenName', before: 'Given', after: 'Augusta' },
      { path: 'title', before: 'Countess', after: 'Captain' },
    ],
  )
  const { body: rest } = await place.api('GET', `/people/${account}/history?limit=2&cursor=${history.nextCursor}`)
  assert.deepEqual([rest.data.length, rest.data[0].action, rest.hasMore], [1, 'user.created', false])
  const { body: memberships } = await place.api('GET', `/people/${account}/memberships`)
  const [was] = memberships.data
  assert.deepEqual([memberships.data.length, was.from, was.to, was.team.name], [1, first, second, 'Pilots'])
  assert.match(was.requestId, /^req_/)
  assert.equal((await place.api('GET', `/people/${account}/memberships?asOf=${second}`)).body.data.length, 0)
})

test('history is newest first over many changes, a page after the other, with nothing twice and nothing left out', async () => {
  const titles = Array.from({ length: 12 }, (_, index) => `title ${index}`)
  const place = await server.place('paged')
  const source = await place.source()
  const id = await source.user('many')
  const { id: account } = await place.find('many')
  for (const value of titles) await source.patch(`/Users/${id}`, replace('title', value))
  const seen = []
  let cursor = ''
  do {
    const { body } = await place.api('GET', `/people/${account}/history?limit=5${cursor}`)
    for (const { changes } of body.data) seen.push(changes[0].after)
    cursor = body.nextCursor === null ? '' : `&cursor=${body.nextCursor}`
  } while (cursor !== '')
  assert.deepEqual(seen.slice(0, -1), titles.toReversed())
})

const title = fc.constantFrom('a', 'b', 'c', null)
const edit = fc.oneof(
  fc.record({
    kind: fc.constant('patch' as const),
    title,
    given: fc.constantFrom('x', 'y'),
    department: fc.constantFrom('s', 't', null),
  }),
  fc.record({
    kind: fc.constant('put' as const),
    title,
    active: fc.boolean(),
    emails: fc.subarray(['a@x.example', 'b@x.example']),
  }),
  fc.record({ kind: fc.constant('active' as const), active: fc.boolean() }),
  fc.record({ kind: fc.constant('recreate' as const), title }),
  fc.record({ kind: fc.constant('restore' as const) }),
  fc.record({ kind: fc.constant('admin' as const), title }),
)
type Edit = typeof edit extends fc.Arbitrary<infer Value> ? Value : never

test('whatever is done to a person, every moment reads back as it was recorded then', async () => {
  let number = 0
  const property = fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 8 }), async (edits) => {
    const place = await server.place(`property-${++number}`)
    const source = await place.source()
    let id = await source.user('ada', { [enterpriseUrn]: { department: 's' } })
    const { id: account } = await place.find('ada')
    const until = new Date(server.application.clock().getTime() + 400 * dayMs).toISOString()
    await place.api('POST', `/people/${account}/overrides`, { attributes: ['nickName'], reason: 'x', until })
    const recorded: { at: string; state: string; attributes: object; version: number }[] = []
    const record = async () => {
      const { body } = await place.api('GET', `/people/${account}`)
      const { state, attributes, version } = body
      recorded.push({ at: now(), state, attributes, version })
      server.application.clock.advance(60_000)
    }
    const run = async (step: Edit): Promise<void> => {
      if (step.kind === 'patch')
        await source.patch(
          `/Users/${id}`,
          replace('title', step.title),
          replace('name.givenName', step.given),
          replace(`${enterpriseUrn}:department`, step.department),
        )
      else if (step.kind === 'put') {
        const emails = step.emails.map((value) => ({ value }))
        await source.scim(
          'PUT',
          `/Users/${id}`,
          toUser('ada', { title: step.title ?? undefined, active: step.active, emails }),
        )
      } else if (step.kind === 'active') await source.patch(`/Users/${id}`, activate(step.active))
      else if (step.kind === 'admin')
        await place.api('PATCH', `/people/${account}`, { attributes: { nickName: step.title } })
      else {
        await source.scim('DELETE', `/Users/${id}`)
        await record()
        if (step.kind === 'restore') id = (await place.api('POST', `/people/${account}/restore`, {})).body.scimId
        else id = await source.user('ada', { title: step.title ?? undefined })
      }
    }
    await record()
    for (const step of edits) {
      await run(step)
      await record()
    }
    for (const { at, state, attributes, version } of recorded) {
      const { body } = await place.api('GET', `/people/${account}?asOf=${at}`)
      assert.deepEqual([body.state, body.version], [state, version], at)
      assert.deepEqual(
        diffResources({ ...attributes, active: true }, { ...body.attributes, active: true }, userType),
        [],
        at,
      )
    }
  })
  await fc.assert(property, { numRuns: 12 })
})

test('after a purge a person’s data is in no table any more, and what happened stays told', async () => {
  const place = await server.place('purging')
  const source = await place.source()
  const canary = 'Zebulon'
  const id = await source.user('zeb', {
    displayName: canary,
    name: { givenName: canary },
    emails: [{ value: `${canary}@x.example` }],
    externalId: canary,
  })
  const { id: account } = await place.find('zeb')
  await source.patch(`/Users/${id}`, replace('title', `${canary} the first`))
  await source.group('Pilots', [id])
  // So many that they share a row of the request log.
  await Promise.all(Array.from({ length: 50 }, () => source.scim('GET', `/Users/${id}?excludedAttributes=${canary}`)))
  server.application.clock.advance(dayMs)
  await source.scim('DELETE', `/Users/${id}`)
  // The log of requests is written in batches.
  await new Promise((resolve) => setTimeout(resolve, batchDelayMs * 3))
  assert.ok(((await countRows(canary))['request_log_reads'] ?? 0) > 0)
  assert.equal((await place.api('POST', `/people/${account}/purge`)).status, 200)
  const found = await countRows(canary)
  assert.deepEqual(found, {}, JSON.stringify(found))
  const { body } = await place.api('GET', `/people/${account}`)
  assert.deepEqual(
    [body.state, body.userName, body.attributes, body.purgedAt !== null],
    ['deprovisioned', null, null, true],
  )
  const { body: history } = await place.api('GET', `/people/${account}/history`)
  assert.deepEqual(
    history.data.map(({ action }: { action: string }) => action),
    ['user.purged', 'user.deleted', 'user.updated', 'user.created'],
  )
  assert.ok(
    history.data.every(
      (change: { purged: boolean; changes: object[] }) => change.purged && change.changes.length === 0,
    ),
  )
  assert.equal((await place.api('POST', `/people/${account}/restore`, {})).body.code, 'conflict')
  assert.equal((await place.api('POST', `/people/${account}/purge`)).status, 200, 'twice is once')
  const again = await source.user('zeb', { externalId: canary })
  assert.notEqual((await place.find('zeb')).id, account, 'nothing leads back to the purged account')
  assert.notEqual(again, id)
})

test('the job purges who was deleted longer ago than the organization’s days, and nobody else', async () => {
  const place = await server.place('overdue')
  await server.send('PATCH', place.path, { body: { settings: { recycleBin: { daysMax: 3 } } } })
  const source = await place.source()
  const ids = { old: await source.user('old'), young: await source.user('young'), living: await source.user('living') }
  await source.scim('DELETE', `/Users/${ids.old}`)
  server.application.clock.advance(2 * dayMs)
  await source.scim('DELETE', `/Users/${ids.young}`)
  server.application.clock.advance(1.5 * dayMs)
  const { signal } = new AbortController()
  await purgeOverdue(server.application.database, { now: server.application.clock(), signal })
  const { body } = await place.api('GET', '/people?state=pending,active,suspended,deprovisioned&total=true')
  assert.deepEqual(
    body.data.map(({ userName }: { userName: string }) => userName),
    ['young', 'living'],
  )
  assert.equal(body.total, 2)
  const restored = await place.api('POST', `/people/${body.data[0].id}/restore`, {})
  assert.deepEqual([restored.body.state, restored.body.scimId], ['pending', ids.young])
})

/** In which tables a text still stands. */
async function countRows(text: string): Promise<Record<string, number>> {
  const { database } = server.application
  const tables = await database.query<{ name: string }>({
    text: `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  })
  const found: Record<string, number> = {}
  for (const { name } of tables.rows) {
    const { rows } = await database.query<{ count: number }>(
      { text: `select count(*) as count from ${name} t where t::text ilike $1` },
      [`%${text}%`],
    )
    const count = rows[0]?.count ?? 0
    if (count > 0) found[name] = count
  }
  return found
}
