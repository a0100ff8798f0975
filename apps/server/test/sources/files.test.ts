import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { createAuthorizer } from '../../src/outbound-authorizer.ts'
import type { FilePlace } from '../../src/sources/file.ts'
import { createFolderPlace } from '../../src/sources/files/folder-place.ts'
import { createUrlPlace } from '../../src/sources/files/url-place.ts'
import { SourceError } from '../../src/sources/source-error.ts'
import { serve } from './web-server.ts'

const signal = new AbortController().signal
const isReason = (reason: string) => (error: unknown) => error instanceof SourceError && error.reason === reason

async function openText(place: FilePlace, known?: string) {
  const file = await place.open({ known, signal })
  if (file === 'unchanged') return file
  let text = ''
  for await (const chunk of file.chunks) text += Buffer.from(chunk).toString()
  return { name: file.name, identity: file.identity, sizeBytes: file.sizeBytes, text }
}

async function makeFolder(t: TestContext) {
  const base = await mkdtemp(join(tmpdir(), 'rollcall-folder-'))
  t.after(() => rm(base, { recursive: true }))
  await mkdir(join(base, 'org', 'hr'), { recursive: true })
  const write = async (name: string, text: string, changed: number) => {
    const path = join(base, 'org', 'hr', name)
    await writeFile(path, text)
    await utimes(path, changed, changed)
  }
  return {
    base,
    write,
    place: (path = 'hr', pattern = '*.csv') =>
      createFolderPlace({ base: join(base, 'org'), path, pattern }, () => 100_000),
  }
}

test('the newest file of a folder is read once; what is being written, hidden or of another name is not', async (t) => {
  const { write, place } = await makeFolder(t)
  await assert.rejects(openText(place()), isReason('notFound'))
  await write('a.csv', 'older', 10)
  await write('b.csv', 'newer', 20)
  await write('c.txt', 'other', 30)
  await write('.d.csv', 'hidden', 30)
  await write('e.csv.part', 'part', 30)
  const first = await openText(place())
  assert.ok(first !== 'unchanged')
  assert.deepEqual([first.name, first.text, first.sizeBytes], ['b.csv', 'newer', 5])
  assert.equal(await openText(place(), first.identity), 'unchanged')
  await write('f.csv', 'half a fi', 95)
  assert.equal(await openText(place(), first.identity), 'unchanged')
  await write('f.csv', 'whole', 80)
  const next = await openText(place(), first.identity)
  assert.ok(next !== 'unchanged')
  assert.equal(next.text, 'whole')
})

test('no path and no link leads out of the folder of the organization', async (t) => {
  const { base, write, place } = await makeFolder(t)
  await write('a.csv', 'mine', 10)
  await mkdir(join(base, 'secret'))
  await writeFile(join(base, 'secret', 'x.csv'), 'others')
  await symlink(join(base, 'secret'), join(base, 'org', 'link'))
  await symlink(join(base, 'secret', 'x.csv'), join(base, 'org', 'hr', 'z.csv'))
  for (const path of ['../secret', 'link', 'hr/../../secret', '/etc'])
    await assert.rejects(openText(place(path)), isReason('notFound'), path)
  const found = await openText(place())
  assert.ok(found !== 'unchanged')
  assert.equal(found.text, 'mine')
})

test('a file behind an address is streamed, and asked for by its ETag or date', async (t) => {
  const size = 5_000_000
  const server = await serve(t, ({ url, headers }, response) => {
    if (headers['if-none-match'] === '"v1"' || headers['if-modified-since'] !== undefined) response.writeHead(304).end()
    else if (url.pathname === '/dated')
      response.writeHead(200, { 'last-modified': 'Thu, 26 Nov 2026 07:00:00 GMT' }).end('x')
    else if (url.pathname === '/cut')
      response.writeHead(200, { 'content-length': '100' }).write('half', () => response.destroy())
    else if (url.pathname === '/file')
      response.writeHead(200, { etag: '"v1"', 'content-length': String(size) }).end('x'.repeat(size))
    else response.writeHead(404).end()
  })
  const authorizer = createAuthorizer(null, { send: server.outbound.send, ca: undefined, now: Date.now })
  const place = (path: string) =>
    createUrlPlace({ url: server.origin + path }, { outbound: server.outbound, authorizer })
  const file = await openText(place('/file?key=secret'))
  assert.ok(file !== 'unchanged')
  assert.deepEqual([file.sizeBytes, file.text.length, file.name], [size, size, `${server.origin}/file`])
  assert.equal(await openText(place('/file'), file.identity), 'unchanged')
  const dated = await openText(place('/dated'))
  assert.ok(dated !== 'unchanged')
  assert.equal(await openText(place('/dated'), dated.identity), 'unchanged')
  await assert.rejects(openText(place('/cut')), isReason('truncated'))
  await assert.rejects(openText(place('/gone')), isReason('notFound'))
})
