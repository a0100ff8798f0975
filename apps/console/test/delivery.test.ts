import assert from 'node:assert/strict'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { createConsole, type ConsoleSite } from './console-harness.ts'

const initialBytesMax = 300_000
const lazyBytesMax = 150_000
const dist = new URL('../dist/', import.meta.url)

type Chunk = {
  readonly file: string
  readonly isEntry?: boolean
  readonly isDynamicEntry?: boolean
  readonly imports?: readonly string[]
}

let console: ConsoleSite

before(async () => {
  console = await createConsole()
  await console.addPeople(20)
})
after(() => console[Symbol.asyncDispose]())

test('CON-O1: the first load is at most 300 kB of compressed script, a lazy route at most 150 kB more', () => {
  const manifest = JSON.parse(readFileSync(new URL('manifest.json', dist), 'utf8')) as Readonly<Record<string, Chunk>>
  // What is too small to be worth it is sent as it is.
  const sizeOf = (file: string): number => {
    const compressed = new URL(`${file}.gz`, dist)
    return statSync(existsSync(compressed) ? compressed : new URL(file, dist)).size
  }
  const filesOf = (key: string, seen = new Set<string>()): ReadonlySet<string> => {
    const chunk = manifest[key]
    if (chunk === undefined || seen.has(chunk.file)) return seen
    seen.add(chunk.file)
    for (const each of chunk.imports ?? []) filesOf(each, seen)
    return seen
  }
  const entry = Object.entries(manifest).find(([, { isEntry }]) => isEntry === true)
  assert.ok(entry !== undefined)
  const initial = filesOf(entry[0])
  const sum = (files: Iterable<string>): number => [...files].reduce((bytes, file) => bytes + sizeOf(file), 0)
  assert.ok(sum(initial) <= initialBytesMax, `${sum(initial)} bytes at first`)
  const lazy = Object.entries(manifest).filter(([, { isDynamicEntry }]) => isDynamicEntry === true)
  assert.ok(lazy.length > 8)
  for (const [key] of lazy) {
    const more = sum([...filesOf(key)].filter((file) => !initial.has(file)))
    assert.ok(more <= lazyBytesMax, `${key}: ${more} bytes`)
  }
})

test('CON-O5: a strict policy with a nonce, nothing that it refuses, and no request to anybody else', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example')
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  const answer = await page.goto(`${console.site.url}/console/acme/users`)
  const policy = (await answer?.headerValue('content-security-policy')) ?? ''
  const nonce = /script-src 'self' 'nonce-([\w-]{24})'/.exec(policy)?.[1]
  assert.ok(nonce !== undefined, policy)
  for (const part of [
    "default-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'self'",
    "object-src 'none'",
  ])
    assert.ok(policy.split('; ').includes(part), part)
  assert.doesNotMatch(policy, /unsafe/)
  const again = await page.request.get(`${console.site.url}/console/acme/users`, { headers: { accept: 'text/html' } })
  assert.notEqual(/'nonce-([^']+)'/.exec(again.headers()['content-security-policy'] ?? '')?.[1], nonce)
  // Menus, dialogs, drawers and tooltips add styles and lock scrolling.
  await page.getByRole('button', { name: /^Organization/ }).click()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: /Account menu/ }).click()
  await page.getByRole('menuitemradio', { name: '日本語' }).click()
  await page.getByRole('heading', { name: 'ユーザー' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('grid').getByRole('row').nth(2).click()
  await page.getByRole('dialog').waitFor()
  await visit('/users?tab=invitations')
  assert.deepEqual(complaints, [])
  assert.deepEqual(
    asked.filter((url) => !url.startsWith(`${console.site.url}/`) && !url.startsWith('data:')),
    [],
  )
})

test('files come from the list of the build alone: kept for ever when their name has a hash, compressed, never by a path', async () => {
  const { fetch } = globalThis
  const base = `${console.site.url}/console`
  const { assets } = JSON.parse(readFileSync(new URL('assets.json', dist), 'utf8')) as {
    readonly assets: readonly { readonly path: string }[]
  }
  const script = assets.find(({ path }) => path.endsWith('.js'))?.path ?? ''
  const answer = await fetch(`${base}/${script}`, { headers: { 'accept-encoding': 'gzip, br' } })
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.get('cache-control'), 'public, max-age=31536000, immutable')
  assert.equal(answer.headers.get('x-content-type-options'), 'nosniff')
  assert.equal(answer.headers.get('content-type'), 'text/javascript; charset=utf-8')
  const tag = answer.headers.get('etag') ?? ''
  const known = await fetch(`${base}/${script}`, { headers: { 'accept-encoding': 'gzip, br', 'if-none-match': tag } })
  assert.equal(known.status, 304)
  for (const path of [
    '/assets.json',
    '/manifest.json',
    '/index.html',
    `/${script}.br`,
    '/assets/../assets.json',
    '/assets/%2e%2e/assets.json',
    '/assets/gone.js',
  ])
    assert.equal((await fetch(base + path)).status, 404, path)
  assert.equal((await fetch(`${base}/acme/users`, { method: 'POST' })).status, 405)
  assert.equal((await fetch(`${base}/acme/users`)).status, 404, 'a page for whoever asks for a page only')
  for (const path of ['/scim/v2/nowhere', '/api/v1/nowhere', '/saml/nowhere', '/nowhere']) {
    const other = await fetch(console.site.url + path, { headers: { accept: 'text/html' } })
    assert.doesNotMatch(await other.text(), /id="root"/, path)
  }
})

test('whoever has no right here lands on his own page, an administrator in the console', async () => {
  const member = await console.signIn('max@acme.example', { role: 'member' })
  await member.page.goto(`${console.site.url}/`)
  assert.equal(new URL(member.page.url()).pathname, '/account')
  await member.visit('/users').catch(() => undefined)
  await member.page.getByText('The console is for administrators').waitFor()
  const auditor = await console.signIn('eve@acme.example', { role: 'auditor' })
  await auditor.page.goto(`${console.site.url}/`)
  await auditor.page.waitForURL(/\/console\/acme\/\w+/)
  await auditor.page.goto(`${console.site.url}/console/other/users`)
  await auditor.page.getByText('You are not signed in to this organization').waitFor()
})
