import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  createListeningProvisioning,
  openRaw,
  requestHead,
  sendRaw,
  type ListeningProvisioning,
  type RawAnswer,
} from '../harness/listening.ts'
import type { TestTenant } from '../harness/provisioning.ts'
import { assertNothingChanges, toUser } from './refusal.ts'

const headersTimeoutMs = 400
const requestTimeoutMs = 800
const bodyBytesMax = 2_000
const bulkBodyBytesMax = 5_000

let server: ListeningProvisioning
let acme: TestTenant
before(async () => {
  server = await createListeningProvisioning({
    ROLLCALL_HEADERS_TIMEOUT_MS: String(headersTimeoutMs),
    ROLLCALL_REQUEST_TIMEOUT_MS: String(requestTimeoutMs),
    ROLLCALL_BODY_BYTES_MAX: String(bodyBytesMax),
    ROLLCALL_BULK_BODY_BYTES_MAX: String(bulkBodyBytesMax),
  })
  acme = await server.createTenant('acme')
})
after(() => server.close())

const head = (line: string, headers: Readonly<Record<string, string | number>> = {}) => requestHead(acme, line, headers)
const send = (...parts: readonly (string | Uint8Array)[]) => sendRaw(server.port, ...parts)
const nothingChanges = (work: () => Promise<void>) => assertNothingChanges(server.database, work)
const keepAlive = { connection: 'keep-alive' }

function assertScimError(answer: RawAnswer | undefined, status: number, what: string): void {
  assert.equal(answer?.status, status, `${what}: ${answer?.body.slice(0, 300)}`)
  assert.equal(answer.headers.get('content-type'), 'application/scim+json', what)
  const body = JSON.parse(answer.body) as { schemas: string[]; status: string; detail: string }
  assert.deepEqual([body.schemas, body.status], [['urn:ietf:params:scim:api:messages:2.0:Error'], String(status)], what)
  assert.ok(body.detail.length > 0, what)
}

async function assertOnly(what: string, status: number, ...parts: readonly (string | Uint8Array)[]): Promise<void> {
  const answers = await send(...parts)
  assertScimError(answers.at(-1), status, what)
  assert.equal(answers.filter((answer) => answer.status !== 100).length, 1, what)
}

function chunked(...chunks: readonly string[]): string {
  return chunks.map((chunk) => `${Buffer.byteLength(chunk).toString(16)}\r\n${chunk}\r\n`).join('')
}

const post = 'POST /scim/v2/Users'
const large = JSON.stringify(toUser('large', { title: 'x'.repeat(bodyBytesMax) }))

test('TRAP-A21: a body over the limit is 413 whether its length is announced, chunked, endless or only promised', async () => {
  await nothingChanges(async () => {
    await assertOnly('announced', 413, head(post, { 'content-length': large.length }), large)
    await assertOnly('promised', 413, head(post, { 'content-length': bodyBytesMax + 1 }))
    const unsized = head(post, { 'transfer-encoding': 'chunked' })
    await assertOnly('chunked', 413, unsized, chunked(large), '0\r\n\r\n')
    await assertOnly('endless', 413, unsized, ...Array.from({ length: 100 }, () => chunked('x'.repeat(4_096))))
    await assertOnly('byte by byte', 413, unsized, chunked(...'x'.repeat(bodyBytesMax + 1)), '0\r\n\r\n')
    const bulk = 'POST /scim/v2/Bulk'
    await assertOnly('bulk', 413, head(bulk, { 'content-length': bulkBodyBytesMax + 1 }), '{')
    await assertOnly(
      'bulk',
      413,
      head(bulk, { 'transfer-encoding': 'chunked' }),
      chunked('x'.repeat(6_000)),
      '0\r\n\r\n',
    )
    const expecting = { expect: '100-continue', 'content-length': bulkBodyBytesMax + 1 }
    const refused = await send(head(post, expecting))
    assert.deepEqual(
      refused.map(({ status }) => status),
      [413],
      'who asks before sending is not told to go on',
    )
  })
})

test('bytes that are no UTF-8 are invalidSyntax, wherever they stand', async () => {
  const start = Buffer.from('{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"')
  await nothingChanges(async () => {
    for (const bytes of ['ff', 'c080', 'eda080', 'f8888080', 'c3', 'e282', 'f0288cbc', 'fffe610062']) {
      const body = Buffer.concat([start, Buffer.from(bytes, 'hex'), Buffer.from('"}')])
      const answers = await send(head(post, { 'content-length': body.length }), body)
      assertScimError(answers[0], 400, bytes)
      assert.match(answers[0]?.body ?? '', /"invalidSyntax","detail":"The body is not valid UTF-8"/)
    }
  })
})

test('a URL or header over the limits is a SCIM error 414 or 431, however far over', async () => {
  for (const [length, status] of [
    [40_000, 414],
    [70_000, 414],
    [200_000, 414],
    [300_000, 431],
  ] as const)
    await assertOnly(`URL of ${length}`, status, head(`GET /scim/v2/Users?filter=${'a'.repeat(length)}`))
  for (const length of [70_000, 300_000, 2_000_000])
    await assertOnly(`header of ${length}`, 431, head('GET /scim/v2/Users', { 'x-long': 'a'.repeat(length) }))
  const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, n) => [`x-${n}`, 'a'.repeat(10)]))
  await assertOnly('5,000 fields', 431, head('GET /scim/v2/Users', many))
})

test('a body whose sender goes away half-way is never written; one that stays away is 408', async () => {
  const body = JSON.stringify(toUser('half'))
  const half = body.slice(0, -5)
  await nothingChanges(async () => {
    const framings: readonly Readonly<Record<string, string | number>>[] = [
      { 'content-length': body.length },
      { 'transfer-encoding': 'chunked' },
    ]
    for (const headers of framings) {
      const gone = openRaw(server.port)
      gone.write(head(post, headers))
      gone.write('content-length' in headers ? half : chunked(half))
      await sleep(50)
      gone.socket.destroy()
      const start = performance.now()
      await assertOnly('held', 408, head(post, headers), 'content-length' in headers ? half : chunked(half))
      assert.ok(performance.now() - start < 10 * requestTimeoutMs)
    }
    // A client may also close only its sending side.
    const halfClosed = openRaw(server.port)
    halfClosed.write(head(post, { 'content-length': body.length }) + half)
    halfClosed.socket.end()
    const [answer] = await halfClosed.closed()
    assert.ok((answer?.status ?? 400) >= 400, answer?.body ?? 'no answer')
    await sleep(100)
  })
  assert.equal((await acme.scim('GET', '/Users?count=0')).body.totalResults, 0)
})

test('clients that send a byte at a time get 408 after the limit, in the header as in the body, and others are served meanwhile', async () => {
  const drip = (first: string, next: () => string) => {
    const connection = openRaw(server.port)
    connection.write(first)
    const timer = setInterval(() => connection.socket.writable && connection.write(next()), 20)
    return connection.closed().finally(() => clearInterval(timer))
  }
  let n = 0
  const start = performance.now()
  const slow = Array.from({ length: 40 }, (_, index) =>
    index % 2 === 0
      ? drip('POST /scim/v2/Users HTTP/1.1\r\nhost: localhost\r\n', () => `x-${n++}: y\r\n`)
      : drip(head(post, { 'content-length': bodyBytesMax }), () => ' '),
  )
  for (let served = 0; served < 20; served++) {
    const [answer] = await send(head('GET /scim/v2/Users?count=0'))
    assert.equal(answer?.status, 200)
  }
  for (const answers of await Promise.all(slow)) assertScimError(answers[0], 408, 'slow')
  assert.ok(performance.now() - start < 10 * (headersTimeoutMs + requestTimeoutMs))
})

test('of pipelined requests each is answered in turn; garbage after them gets 400 and takes no answer away', async () => {
  const list = head('GET /scim/v2/Users?count=0', keepAlive)
  const body = JSON.stringify(toUser('pipelined'))
  const create = head(post, { ...keepAlive, 'content-length': body.length }) + body
  const good = await send(list + head('GET /scim/v2/Nope', keepAlive) + head('GET /scim/v2/Users?count=0'))
  assert.deepEqual(
    good.map(({ status }) => status),
    [200, 404, 200],
  )
  for (const garbage of [
    'GARBAGE\r\n\r\n',
    '\0\0\0\0',
    'GET /scim/v2\r\n\r\n',
    '{"userName":"x"}\r\n\r\n',
    '\x16\x03\x01\x00\xa5',
  ]) {
    const answers = await send(create + garbage)
    assert.deepEqual(
      answers.map(({ status }) => status),
      [answers[0]?.status, 400],
      JSON.stringify(garbage),
    )
    assert.match(String(answers[0]?.status), /^(?:201|409)$/, 'the write was sound: its answer tells what became of it')
    assertScimError(answers[1], 400, garbage)
  }
  // With "Connection: close" nothing more is read; a line break after the body, as old clients send it, does no harm.
  const closing = head(post, { 'content-length': body.length }) + body
  for (const rest of ['\r\n', 'garbage'])
    assert.deepEqual(
      (await send(closing + rest)).map(({ status }) => status),
      [409],
    )
})

test('requests that are framed wrongly, or in two ways at once, are refused and never read as two', async () => {
  const smuggled = 'GET /scim/v2/Users HTTP/1.1\r\nhost: x\r\n\r\n'
  await nothingChanges(async () => {
    for (const [what, bytes] of [
      [
        'length and chunks',
        head(post, { 'content-length': 5, 'transfer-encoding': 'chunked' }) + '0\r\n\r\n' + smuggled,
      ],
      ['two lengths', `${post} HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}${smuggled}`],
      ['negative length', head(post, { 'content-length': -1 }) + '{}'],
      ['length of 10^23', head(post, { 'content-length': '99999999999999999999999' }) + '{}'],
      ['length in hex', head(post, { 'content-length': '0x2' }) + '{}'],
      ['chunk of no size', head(post, { 'transfer-encoding': 'chunked' }) + 'zz\r\n{}\r\n'],
      ['chunk of 2^64', head(post, { 'transfer-encoding': 'chunked' }) + 'fffffffffffffffff\r\n{}\r\n'],
      ['unknown coding', head(post, { 'transfer-encoding': 'gzip' }) + '{}'],
      ['two hosts', `GET /scim/v2/Users HTTP/1.1\r\nhost: a\r\nHost: b\r\nconnection: close\r\n\r\n`],
      ['no host', 'GET /scim/v2/Users HTTP/1.1\r\nconnection: close\r\n\r\n'],
      ['bad host', 'GET /scim/v2/Users HTTP/1.1\r\nhost: a b/c\r\nconnection: close\r\n\r\n'],
      ['folded field', 'GET /scim/v2/Users HTTP/1.1\r\nhost: a\r\nx: a\r\n b\r\nconnection: close\r\n\r\n'],
      ['U+0000 in the path', head('GET /scim/v2/Us\0ers')],
      ['space in the path', head('GET /scim/v2/Us ers')],
      ['raw UTF-8 in the path', head('GET /scim/v2/Users/é')],
      ['unknown method', head('FOO /scim/v2/Users')],
      ['method in lower case', head('get /scim/v2/Users')],
      ['HTTP/0.9', 'GET /scim/v2/Users\r\n\r\n'],
      ['HTTP/3.0', 'GET /scim/v2/Users HTTP/3.0\r\nhost: x\r\n\r\n'],
      ['TLS on a plain port', '\x16\x03\x01\x00\xa5\x01\x00\x00\xa1'],
    ] as const)
      await assertOnly(what, 400, bytes)
  })
})

test('CONNECT, an Expect that nobody knows, and methods of other protocols have their own SCIM error', async () => {
  await assertOnly('CONNECT', 501, head('CONNECT scim.example.com:443'))
  await assertOnly('Expect', 417, head(post, { expect: 'miracles', 'content-length': 2 }), '{}')
  for (const method of ['PROPFIND', 'TRACE', 'QUERY', 'SEARCH', 'LOCK'])
    await assertOnly(method, 501, head(`${method} /scim/v2/Users`))
})

test('TRAP-H5: double slashes count as one on the wire too, and another case is a SCIM error', async () => {
  for (const path of ['//scim/v2/Users?count=0', '/scim//v2//Users/?count=0', '///scim///v2///Users///?count=0'])
    assert.equal((await send(head(`GET ${path}`)))[0]?.status, 200, path)
  for (const path of ['/SCIM/V2/Users', '/scim/v2/users', '//Scim//v2/Users'])
    await assertOnly(path, 404, head(`GET ${path}`))
})

test('300 connections that say nothing are closed, and the server answers others all the while', async () => {
  const silent = Array.from({ length: 300 }, () => openRaw(server.port))
  assert.equal((await send(head('GET /scim/v2/Users?count=0')))[0]?.status, 200)
  for (const answers of await Promise.all(silent.map((connection) => connection.closed())))
    assertScimError(answers[0], 408, 'silent')
})
