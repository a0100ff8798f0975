import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestApplication } from '../harness/application.ts'

const path = '/.well-known/security.txt'
const contacts = 'mailto:security@acme.example, https://acme.example/report'

test('security.txt names the configured contacts in order, expires in time, and says where it stands (RFC 9116)', async () => {
  await using app = await createTestApplication({
    settings: { ROLLCALL_SECURITY_CONTACT: contacts, ROLLCALL_SECURITY_LANGUAGES: 'en, ko, ja, fr' },
  })
  const response = await app.fetch(path)
  assert.equal(response.status, 200)
  assert.equal(response.headers.get('content-type'), 'text/plain; charset=utf-8')
  assert.deepEqual((await response.text()).split('\n'), [
    'Contact: mailto:security@acme.example',
    'Contact: https://acme.example/report',
    'Expires: 2027-02-20T00:00:00.000Z',
    'Preferred-Languages: en, ko, ja, fr',
    'Canonical: https://rollcall.test/.well-known/security.txt',
    '',
  ])
  app.clock.advance(400 * 86_400_000)
  const [, expires = ''] = /Expires: (.+)/.exec(await (await app.fetch(path)).text()) ?? []
  const daysLeft = (Date.parse(expires) - app.clock().getTime()) / 86_400_000
  assert.ok(daysLeft >= 90 && daysLeft <= 91, `a file that is asked for never has expired: ${daysLeft} days`)
})

test('security.txt: HEAD has no body, other methods are refused, and nothing is served below it', async () => {
  await using app = await createTestApplication({ settings: { ROLLCALL_SECURITY_CONTACT: contacts } })
  const head = await app.fetch(path, { method: 'HEAD' })
  assert.deepEqual([head.status, await head.text()], [200, ''])
  assert.equal((await app.fetch(path, { method: 'POST' })).status, 405)
  assert.equal((await app.fetch(`${path}/more`)).status, 404)
})

test('security.txt under a path and without https: the address holds the path, and is left out where RFC 9116 forbids it', async () => {
  const under = { ROLLCALL_SECURITY_CONTACT: contacts, ROLLCALL_PUBLIC_URL: 'https://acme.example/rollcall' }
  await using app = await createTestApplication({ settings: under })
  const text = await (await app.fetch(`/rollcall${path}`)).text()
  assert.match(text, /^Canonical: https:\/\/acme\.example\/rollcall\/\.well-known\/security\.txt$/m)
  await using plain = await createTestApplication({
    settings: { ...under, ROLLCALL_PUBLIC_URL: 'http://localhost:8080' },
  })
  const bare = await (await plain.fetch(path)).text()
  assert.doesNotMatch(bare, /Canonical|Preferred-Languages/)
})

test('security.txt is not there until somebody is named, and a contact that is no address is refused at the start', async () => {
  await using app = await createTestApplication()
  assert.equal((await app.fetch(path)).status, 404)
  for (const wrong of ['security@acme.example', 'http://acme.example/report', 'mailto:a@b\nExpires: never'])
    await assert.rejects(
      createTestApplication({ settings: { ROLLCALL_SECURITY_CONTACT: wrong } }),
      /ROLLCALL_SECURITY_CONTACT/,
      wrong,
    )
})
