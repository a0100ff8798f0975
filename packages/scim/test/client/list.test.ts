import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type ListPlace, type ListQuery, ScimClientError, createClient, eq, or } from '../../src/client/index.ts'
import { type ScriptedAnswer, type SeenRequest, startScriptedServer } from './scripted-server.ts'

type Answer = (request: SeenRequest, index: number) => ScriptedAnswer

const people = (from: number, to: number): readonly { readonly id: string; readonly userName: string }[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => ({
    id: `u${from + index}`,
    userName: `user${from + index}`,
  }))

/** Lists `/Users` of a server that answers everything, also the ServiceProviderConfig, by `answer`. */
async function listUsers(
  answer: Answer,
  query: ListQuery = {},
): Promise<{ ids: readonly string[]; error: ScimClientError | undefined; seen: readonly SeenRequest[] }> {
  await using server = await startScriptedServer(answer)
  const client = createClient({ baseUrl: server.baseUrl, token: 'secret', retries: 0 })
  const ids: string[] = []
  try {
    for await (const user of client.users.list(query)) ids.push(user.id)
    return { ids, error: undefined, seen: server.seen }
  } catch (error) {
    if (!(error instanceof ScimClientError)) throw error
    return { ids, error, seen: server.seen }
  }
}

const list = (resources: readonly object[], more: object = {}): ScriptedAnswer & object => ({
  body: { schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'], Resources: resources, ...more },
})

/** A server of `total` people that pages by index as RFC 7644 §3.4.2.4 says, at most `pageMax` a page. */
const byIndex =
  (total: number, pageMax = 1000): Answer =>
  (request) => {
    if (!request.path.endsWith('/Users')) return { status: 404 }
    const startIndex = Number(request.query.get('startIndex') ?? 1)
    const count = Math.min(Number(request.query.get('count') ?? 100), pageMax)
    return list(people(startIndex, Math.min(total, startIndex + count - 1)), { totalResults: total, startIndex })
  }

const names = (total: number): readonly string[] => people(1, total).map(({ id }) => id)

test('index paging reads every resource once, page after page', async () => {
  const { ids, seen } = await listUsers(byIndex(250))
  assert.deepEqual(ids, names(250))
  assert.deepEqual(
    seen.slice(1).map((request) => request.url),
    ['1', '101', '201'].map((start) => `/scim/v2/Users?startIndex=${start}&count=100`),
  )
})

test('a server that sends fewer than asked is read on from what it sent, not from what was asked', async () => {
  const { ids } = await listUsers(byIndex(25, 10))
  assert.deepEqual(ids, names(25))
})

test('an empty list is one request and no resource', async () => {
  const { ids, seen } = await listUsers(byIndex(0), { paging: 'index' })
  assert.deepEqual(ids, [])
  assert.equal(seen.length, 1)
})

test('members in lower case and numbers as text are understood', async () => {
  const { ids, error } = await listUsers((request) => {
    const startIndex = Number(request.query.get('startIndex'))
    return { body: { totalresults: '4', itemsPerPage: '2', resources: people(startIndex, startIndex + 1) } }
  })
  assert.equal(error, undefined)
  assert.deepEqual(ids, names(4))
})

test('a server that sends the first page again and again is an error, not an endless or a short list', async () => {
  const { ids, error, seen } = await listUsers(() => list(people(1, 100), { totalResults: 250 }), { paging: 'index' })
  assert.equal(error?.kind, 'paging')
  assert.equal(ids.length, 100)
  assert.equal(seen.length, 2)
})

test('a server whose pages go round in a longer circle is an error too', async () => {
  const { error, seen } = await listUsers(
    (_, index) => list(people((index % 3) * 100 + 1, (index % 3) * 100 + 100), { totalResults: 1000 }),
    { paging: 'index' },
  )
  assert.equal(error?.kind, 'paging')
  assert.equal(seen.length, 4)
})

test('a server that sends the first page again past the end is at its end (SCIMMY)', async () => {
  const { ids, error } = await listUsers(
    (request) => {
      const start = Number(request.query.get('startIndex'))
      return list(start > 100 ? people(1, 100) : people(start, 100), { totalResults: 100 })
    },
    { paging: 'index' },
  )
  assert.equal(error, undefined)
  assert.deepEqual(ids, names(100))
})

test('a total that is only the size of the page does not end the list after a full page', async () => {
  const { ids } = await listUsers(
    (request) => {
      const start = Number(request.query.get('startIndex'))
      const page = people(start, Math.min(250, start + 99))
      return list(page, { totalResults: page.length })
    },
    { paging: 'index' },
  )
  assert.deepEqual(ids, names(250))
})

test('a total that is smaller than the page is not believed', async () => {
  const { ids } = await listUsers(
    (request) => {
      const start = Number(request.query.get('startIndex'))
      return list(people(start, Math.min(150, start + 99)), { totalResults: 1 })
    },
    { paging: 'index' },
  )
  assert.deepEqual(ids, names(150))
})

test('a list without totals ends with the first empty page', async () => {
  const { ids } = await listUsers(
    (request) => {
      const start = Number(request.query.get('startIndex'))
      return list(people(start, Math.min(150, start + 99)))
    },
    { paging: 'index' },
  )
  assert.deepEqual(ids, names(150))
})

test('a server that neither counts nor pages gives everything in its one page', async () => {
  const { ids, error } = await listUsers(() => list(people(1, 130)), { paging: 'index' })
  assert.equal(error, undefined)
  assert.deepEqual(ids, names(130))
})

test('a total that is never reached ends with the empty page, and throws when totals are strict', async () => {
  const answer: Answer = (request) => {
    const start = Number(request.query.get('startIndex'))
    return list(people(start, Math.min(100, start + 99)), { totalResults: 120 })
  }
  const lenient = await listUsers(answer, { paging: 'index' })
  assert.deepEqual(lenient.ids, names(100))
  assert.equal(lenient.error, undefined)
  const strict = await listUsers(answer, { paging: 'index', isTotalStrict: true })
  assert.equal(strict.error?.kind, 'paging')
})

test('rows that moved to the next page because others were created are given once', async () => {
  const { ids } = await listUsers(
    (_, index) =>
      index === 0 ? list(people(1, 100), { totalResults: 150 }) : list(people(98, 150), { totalResults: 153 }),
    { paging: 'index' },
  )
  assert.deepEqual(ids, names(150))
})

test('an error page in the place of a list is malformed, never "nobody"', async () => {
  for (const body of [{ message: 'hello' }, {}, 'text', { Resources: 'none' }, { totalResults: 1, Resources: [7] }]) {
    const { error } = await listUsers(() => ({ body }), { paging: 'index' })
    assert.equal(error?.kind, 'malformed', JSON.stringify(body))
  }
})

const config = (pagination: object): ScriptedAnswer => ({ body: { schemas: [], pagination } })

/** A server of `total` people with cursors only: the cursor is the number of the next person. */
const byCursor =
  (total: number, pageMax: number): Answer =>
  (request) => {
    if (request.path.endsWith('Config')) return config({ cursor: true, index: false, maxPageSize: pageMax })
    const start = Number(request.query.get('cursor')?.replace('at', '') || 1)
    const count = Math.min(Number(request.query.get('count') ?? pageMax), pageMax)
    const last = Math.min(total, start + count - 1)
    return list(people(start, last), last < total ? { nextCursor: `at${last + 1}` } : {})
  }

test('cursors are taken where the ServiceProviderConfig has them, and pages no larger than it allows (RFC 9865)', async () => {
  const { ids, seen } = await listUsers(byCursor(25, 10))
  assert.deepEqual(ids, names(25))
  assert.deepEqual(
    seen.map((request) => request.url.replace('/scim/v2', '')),
    ['/ServiceProviderConfig', '/Users?cursor=&count=10', '/Users?cursor=at11&count=10', '/Users?cursor=at21&count=10'],
  )
})

test('a server that answers an index query with nextCursor is read on by cursor (RFC 9865 §2.3)', async () => {
  const { ids, seen } = await listUsers((request, index) =>
    request.path.endsWith('Config') ? { status: 404 } : byCursor(25, 10)(request, index),
  )
  assert.deepEqual(ids, names(25))
  assert.equal(seen[1]?.query.get('startIndex'), '1')
  assert.equal(seen[2]?.query.get('cursor'), 'at11')
})

test('a server that takes no notice of cursors is read on by index', async () => {
  const { ids } = await listUsers((request, index) =>
    request.path.endsWith('Config') ? config({ cursor: true }) : byIndex(250)(request, index),
  )
  assert.deepEqual(ids, names(250))
})

test('a cursor that comes again is an error', async () => {
  const { error } = await listUsers((_, index) => list(people(index * 2 + 1, index * 2 + 2), { nextCursor: 'same' }), {
    paging: 'cursor',
  })
  assert.equal(error?.kind, 'paging')
})

test('empty pages with new cursors do not go on for ever', async () => {
  const { error, seen } = await listUsers((_, index) => list([], { nextCursor: `c${index}` }), { paging: 'cursor' })
  assert.equal(error?.kind, 'paging')
  assert.ok(seen.length < 1100)
})

test('an empty page inside a cursor list does not end it', async () => {
  const { ids } = await listUsers(
    (_, index) =>
      index === 1
        ? list([], { nextCursor: 'b' })
        : list(people(index + 1, index + 1), index === 0 ? { nextCursor: 'a' } : {}),
    { paging: 'cursor' },
  )
  assert.deepEqual(ids, ['u1', 'u3'])
})

test('a refused ServiceProviderConfig means index paging; a 401 there is an error', async () => {
  const refused = await listUsers((request, index) =>
    request.path.endsWith('Config') ? { status: 403 } : byIndex(3)(request, index),
  )
  assert.deepEqual(refused.ids, names(3))
  const unauthorized = await listUsers((request, index) =>
    request.path.endsWith('Config') ? { status: 401 } : byIndex(3)(request, index),
  )
  assert.equal(unauthorized.error?.status, 401)
})

test('a filter too long for a URL goes by POST .search with the same parameters and is repeated like a GET', async () => {
  const names40 = Array.from({ length: 200 }, (_, index) => eq('userName', `somebody.with.a.name${index}@example.com`))
  await using server = await startScriptedServer((_, index) =>
    index === 0 ? { status: 502 } : list(people(1, 1), { totalResults: 1 }),
  )
  const client = createClient({ baseUrl: server.baseUrl, token: 'secret', backoffMs: 1 })
  const filter = or(eq('userName', 'first'), ...names40)
  const ids: string[] = []
  for await (const user of client.users.list({ filter, attributes: ['userName'], paging: 'index' })) ids.push(user.id)
  assert.deepEqual(ids, ['u1'])
  const [, request] = server.seen
  assert.equal(request?.method, 'POST')
  assert.equal(request?.url, '/scim/v2/Users/.search')
  assert.deepEqual(request?.body, {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:SearchRequest'],
    filter: filter.text,
    attributes: ['userName'],
    startIndex: 1,
    count: 100,
  })
})

test('search over all types goes to the root by POST', async () => {
  await using server = await startScriptedServer((request) =>
    request.path.endsWith('Config') ? { status: 404 } : list([{ id: 'g1' }, { id: 'u1' }], { totalResults: 2 }),
  )
  const client = createClient({ baseUrl: server.baseUrl, token: 'secret' })
  const ids: string[] = []
  for await (const resource of client.search({ filter: eq('meta.resourceType', 'Group') })) ids.push(resource.id)
  assert.deepEqual(ids, ['g1', 'u1'])
  assert.equal(`${server.seen[1]?.method} ${server.seen[1]?.url}`, 'POST /scim/v2/.search')
})

test('every parameter of a query stands in the URL, percent-encoded without plus signs', async () => {
  const { seen } = await listUsers(() => list([], { totalResults: 0 }), {
    paging: 'index',
    filter: eq('displayName', 'A & B+C'),
    sortBy: 'userName',
    sortOrder: 'descending',
    excludedAttributes: ['groups', 'name.formatted'],
    count: 5,
  })
  assert.equal(
    seen[0]?.url,
    '/scim/v2/Users?filter=displayName%20eq%20%22A%20%26%20B%2BC%22&sortBy=userName&sortOrder=descending' +
      '&excludedAttributes=groups%2Cname.formatted&startIndex=1&count=5',
  )
})

test('a page from a given place costs one request, also for servers that count from 0', async () => {
  await using server = await startScriptedServer((request) =>
    list(people(1, 2), { totalResults: 2, startIndex: Number(request.query.get('startIndex')) }),
  )
  const client = createClient({ baseUrl: server.baseUrl, token: 'secret', retries: 0 })
  const page = await client.users.page({ count: 2 }, { kind: 'index', startIndex: 0 })
  assert.deepEqual([page.resources.map(({ id }) => id), page.totalResults, page.startIndex], [['u1', 'u2'], 2, 0])
  await client.users.page({ count: 2, filter: eq('title', 'x') }, { kind: 'cursor', cursor: 'c1' })
  assert.deepEqual(
    server.seen.map(({ url }) => url),
    ['/scim/v2/Users?startIndex=0&count=2', '/scim/v2/Users?filter=title%20eq%20%22x%22&cursor=c1&count=2'],
  )
})

test('a list that broke off goes on from the place of its last page, by index and by cursor, and ends where it should', async () => {
  const byCursor: Answer = (request) => {
    if (!request.path.endsWith('/Users')) return { body: { schemas: [], pagination: { cursor: true, index: false } } }
    const from = Number(request.query.get('cursor') || '1')
    const next = from + 100 <= 250 ? { nextCursor: String(from + 100) } : {}
    return list(people(from, Math.min(250, from + 99)), { totalResults: 250, ...next })
  }
  for (const answer of [byIndex(250), byCursor]) {
    await using server = await startScriptedServer(answer)
    const open = () => createClient({ baseUrl: server.baseUrl, token: 'secret', retries: 0 })
    const ids: string[] = []
    let place: unknown
    for await (const { resources, next } of open().users.pages({ isTotalStrict: true })) {
      ids.push(...resources.map(({ id }) => id))
      place = JSON.parse(JSON.stringify(next))
      if (ids.length === 200) break
    }
    // As another process reads it from where it was kept.
    for await (const { resources, next } of open().users.pages({ isTotalStrict: true }, place as ListPlace)) {
      ids.push(...resources.map(({ id }) => id))
      assert.equal(next, undefined)
    }
    assert.deepEqual(ids, names(250))
  }
})
