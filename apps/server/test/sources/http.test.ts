import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { httpPull } from '@rollcall/admin-api'
import type { z } from 'zod'
import { createAuthorizer, type OutboundCredentials } from '../../src/outbound-authorizer.ts'
import type { ReadRequest, SourcePage } from '../../src/sources/reader.ts'
import { SourceError } from '../../src/sources/source-error.ts'
import { createHttpReader } from '../../src/sources/web/http-reader.ts'
import { json, serve } from './web-server.ts'

const people = Array.from({ length: 7 }, (_, at) => ({ id: `p${at}`, name: { first: `N${at}` }, tags: ['a', 'b'] }))
const signal = new AbortController().signal
const now = new Date('2026-11-26T08:00:00Z')
const ids = people.map(({ id }) => id)

type Options = Partial<z.input<typeof httpPull>> & {
  readonly credentials?: OutboundCredentials
  readonly path?: string
}

function open(
  { origin, outbound }: Awaited<ReturnType<typeof serve>>,
  { credentials, path = '/people', ...pull }: Options,
) {
  const waits: number[] = []
  const authorizer = createAuthorizer(credentials ?? null, { send: outbound.send, ca: undefined, now: Date.now })
  const parts = { outbound, authorizer, wait: async (ms: number) => void waits.push(ms) }
  return {
    waits,
    reader: createHttpReader({ pull: httpPull.parse({ url: origin + path, ...pull }), anchor: 'id' }, parts),
  }
}

async function readAll(reader: ReturnType<typeof open>['reader'], request: Partial<ReadRequest> = {}) {
  const pages: SourcePage[] = []
  for await (const page of reader.read({
    mode: 'full',
    checkpoint: undefined,
    cursor: undefined,
    now,
    signal,
    ...request,
  }))
    pages.push(page)
  return { pages, anchors: pages.flatMap(({ entries }) => entries.map(({ anchor }) => anchor)) }
}

const isReason = (reason: string) => (error: unknown) => error instanceof SourceError && error.reason === reason

/** A server that knows every style of pages. */
function serveStyles(t: TestContext) {
  return serve(t, ({ url }, response) => {
    const size = Number(url.searchParams.get('size') ?? 3)
    const from = {
      '/page': (Number(url.searchParams.get('page')) - 1) * size,
      '/offset': Number(url.searchParams.get('skip')),
    }
    const start = from[url.pathname as '/page'] ?? Number(url.searchParams.get('after') ?? 0)
    const list = people.slice(start, start + size)
    const next = start + size < people.length ? String(start + size) : ''
    if (url.pathname === '/link')
      return json(
        response,
        list,
        next === '' ? {} : { link: `</first>; rel=first, </link?after=${next}&size=3>; title="x"; rel="prev next"` },
      )
    return json(response, {
      data: { list },
      next,
      nextUrl: next === '' ? null : `/body?after=${next}`,
      total: people.length,
    })
  })
}

const styles = {
  '/page': { style: 'page', sizeParameter: 'size', size: 3 },
  '/offset': { style: 'offset', parameter: 'skip', sizeParameter: 'size', size: 3 },
  '/cursor': { style: 'cursor', parameter: 'after', nextAt: 'next', sizeParameter: 'size', size: 3 },
  '/body': { style: 'link', nextAt: 'nextUrl' },
  '/link': { style: 'link' },
} as const

test('pages by number, offset, link in header and answer, and cursor: everybody once, and it goes on where it broke off', async (t) => {
  const server = await serveStyles(t)
  for (const [path, paging] of Object.entries(styles)) {
    const recordsAt = path === '/link' ? {} : { recordsAt: 'data.list', totalAt: 'total' }
    const { reader } = open(server, { path, paging, ...recordsAt })
    const whole = await readAll(reader)
    assert.deepEqual(whole.anchors, ids, path)
    assert.deepEqual(
      whole.pages.map(({ end }) => end !== undefined),
      [false, false, true],
      path,
    )
    const rest = await readAll(reader, { cursor: whole.pages[0]?.cursor })
    assert.deepEqual(rest.anchors, ids.slice(3), path)
  }
})

test('a server that puts less into a page than it is asked for is read to its end, whatever it says to a page behind it', async (t) => {
  const asked: string[] = []
  let kept = people
  const server = await serve(t, ({ url }, response) => {
    asked.push(url.pathname + url.search)
    const number = Number(url.searchParams.get('page') ?? 1)
    const start = url.pathname === '/skip' ? Number(url.searchParams.get('skip')) : (number - 1) * 2
    const list = kept.slice(start, start + 2)
    if (list.length > 0) return json(response, { list, total: kept.length })
    if (url.pathname === '/refuses') return void response.writeHead(404).end('{}')
    return json(response, { list: url.pathname === '/repeats' ? kept.slice(0, 2) : [] })
  })
  const byPage = { style: 'page', sizeParameter: 'size', size: 100 } as const
  const read = async (path: string, pull: Parameters<typeof open>[1] = {}) =>
    (await readAll(open(server, { path, paging: byPage, recordsAt: 'list', ...pull }).reader)).anchors
  assert.deepEqual(await read('/pages'), ids)
  assert.deepEqual(await read('/skip', { paging: { ...byPage, style: 'offset', parameter: 'skip' } }), ids)
  assert.deepEqual(await read('/pages', { paging: { ...byPage, size: 2 } }), ids)
  asked.length = 0
  kept = people.slice(0, 2)
  for (const path of ['/refuses', '/repeats', '/pages']) assert.deepEqual(await read(path), ids.slice(0, 2), path)
  assert.equal(asked.length, 6)
  // Where it says how many there are, nothing is asked to be sure.
  assert.deepEqual(await read('/pages', { totalAt: 'total' }), ids.slice(0, 2))
  assert.equal(asked.length, 7)
})

test('records within records become columns with dots, lists stay lists', async (t) => {
  const { reader } = open(await serve(t, (_, response) => json(response, people)), {})
  const { pages } = await readAll(reader)
  const [first] = pages[0]?.entries ?? []
  assert.ok(first?.kind === 'record')
  assert.deepEqual({ ...first.attributes }, { id: 'p0', 'name.first': 'N0', tags: ['a', 'b'] })
  const { sample, columns } = await reader.probe(signal)
  assert.deepEqual([sample.length, columns], [7, ['id', 'name.first', 'tags']])
})

test('a delta asks for what changed since the last read began, by the clock of the server, with an overlap; tombstones tell who is gone', async (t) => {
  const server = await serve(t, (_, response) =>
    json(
      response,
      [
        { id: 'p1', gone: true },
        { id: 'p2', gone: false },
      ],
      { date: 'Thu, 26 Nov 2026 07:59:00 GMT' },
    ),
  )
  const { reader } = open(server, { delta: { parameter: 'since' }, deletedAt: 'gone' })
  assert.deepEqual(reader.abilities, { canDelta: true, tellsDeletions: true })
  const full = await readAll(reader)
  const checkpoint = full.pages.at(-1)?.end?.checkpoint
  assert.deepEqual(checkpoint, { begun: '2026-11-26T07:59:00.000Z' })
  const delta = await readAll(reader, { mode: 'delta', checkpoint })
  assert.deepEqual(
    delta.pages[0]?.entries.map(({ kind }) => kind),
    ['deleted', 'record'],
  )
  assert.deepEqual(
    server.asked.map(({ url }) => url.searchParams.get('since')),
    [null, '2026-11-26T07:54:00.000Z'],
  )
})

test('an answer with the same ETag is unchanged: nobody is absent', async (t) => {
  const server = await serve(t, ({ headers }, response) => {
    if (headers['if-none-match'] === '"a"') response.writeHead(304).end()
    else json(response, people, { etag: '"a"' })
  })
  const { reader } = open(server, {})
  const full = await readAll(reader)
  const again = await readAll(reader, { checkpoint: full.pages.at(-1)?.end?.checkpoint })
  assert.deepEqual(
    again.pages.map(({ end }) => end?.isUnchanged),
    [true],
  )
})

test('a token that ends in mid-read is taken anew; an API key goes in the header that is named', async (t) => {
  let tokens = 0
  const server = await serve(t, ({ url, headers }, response) => {
    if (url.pathname === '/token') return json(response, { access_token: `t${++tokens}`, expires_in: 3600 })
    const isGood = headers.authorization === `Bearer t${url.searchParams.get('page') === '1' ? 1 : 2}`
    if (!isGood && headers['x-key'] !== 'k') return void response.writeHead(401).end()
    const start = (Number(url.searchParams.get('page')) - 1) * 4
    return json(response, people.slice(start, start + 4))
  })
  const paging = { style: 'page', size: 4 } as const
  const oauth = {
    kind: 'oauth',
    tokenUrl: `${server.origin}/token`,
    clientId: 'c',
    clientSecret: 's',
    secretIn: 'header',
  } as const
  assert.deepEqual((await readAll(open(server, { paging, credentials: oauth }).reader)).anchors, ids)
  const apiKey = { kind: 'apiKey', header: 'X-Key', key: 'k' } as const
  assert.deepEqual((await readAll(open(server, { paging, credentials: apiKey }).reader)).anchors, ids)
  await assert.rejects(readAll(open(server, { paging }).reader), isReason('unauthorized'))
})

test('a busy server is waited for as long as it says, within limits; then it is left for the next attempt', async (t) => {
  let refusals = 2
  const server = await serve(t, (_, response) => {
    if (refusals-- > 0) response.writeHead(429, { 'retry-after': '7' }).end()
    else json(response, people)
  })
  const patient = open(server, {})
  assert.deepEqual((await readAll(patient.reader)).anchors, ids)
  assert.deepEqual(patient.waits, [7_000, 7_000])
  refusals = 100
  await assert.rejects(
    readAll(open(server, {}).reader),
    (error) => error instanceof SourceError && error.retryAfterMs === 7_000,
  )
})

test('what is not as agreed ends the read and nobody counts as absent', async (t) => {
  const answers: Record<string, unknown> = {
    '/none': { data: 1 },
    '/short': { list: people, total: 9 },
    '/circle': { list: people, next: 'same' },
  }
  const server = await serve(t, ({ url }, response) => {
    if (url.pathname === '/html') response.writeHead(200).end('<html>')
    else if (url.pathname === '/away') response.writeHead(302, { location: '/' }).end()
    else if (url.pathname === '/other') json(response, people, { link: '<http://elsewhere.example/>; rel=next' })
    else json(response, answers[url.pathname])
  })
  const cursor = { style: 'cursor', nextAt: 'next' } as const
  const cases = [
    ['unreadable', { path: '/none', recordsAt: 'data' }],
    ['unreadable', { path: '/html' }],
    ['truncated', { path: '/short', recordsAt: 'list', totalAt: 'total' }],
    ['unreadable', { path: '/circle', recordsAt: 'list', paging: cursor }],
    ['unreadable', { path: '/other', paging: { style: 'link' } }],
    ['misconfigured', { path: '/away' }],
  ] as const
  for (const [reason, options] of cases)
    await assert.rejects(readAll(open(server, options).reader), isReason(reason), options.path)
})

test('records that are none, or nobody’s, are bad with their place', async (t) => {
  const { reader } = open(await serve(t, (_, response) => json(response, [1, { name: 'x' }, { id: 5 }])), {})
  const { pages } = await readAll(reader)
  assert.deepEqual(
    pages[0]?.entries.map((entry) => [entry.kind, entry.place, entry.anchor]),
    [
      ['bad', 'page 1, record 1', undefined],
      ['bad', 'page 1, record 2', undefined],
      ['record', 'page 1, record 3', '5'],
    ],
  )
})

test('addresses that the operator did not allow are not asked', async (t) => {
  const server = await serve(t, (_, response) => json(response, people))
  const { reader } = open(server, { url: 'http://10.1.2.3/people' })
  await assert.rejects(readAll(reader), isReason('misconfigured'))
  assert.equal(server.asked.length, 0)
})
