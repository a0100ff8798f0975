import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readRequestToken, writeRequestToken } from '../../src/sign-in/request-tokens.ts'
import { createSamlHarness } from './saml-harness.ts'

const secret = new Uint8Array(32).fill(7)
const place = {
  organizationId: '0190b5e8-0000-7000-8000-000000000001',
  providerId: '0190b5e8-0000-7000-8000-000000000002',
}
const now = new Date('2026-11-21T09:00:00Z')
const expiresAt = new Date(now.getTime() + 600_000)

test('a sign-in that is begun writes nothing, however often and by whomever', async () => {
  await using saml = await createSamlHarness()
  const count = async (): Promise<number> => {
    const text = 'select (select count(*) from saml_requests) + (select count(*) from saml_replays) as count'
    return (await saml.admin.application.database.query<{ count: number }>({ text })).rows[0]?.count ?? -1
  }
  const ids = new Set<string>()
  for (let visit = 0; visit < 50; visit++) ids.add((await saml.begin()).id)
  assert.equal(ids.size, 50)
  assert.equal(await count(), 0)
})

test('the name of a request holds for one identity provider, one browser, one detail, and until it ends', () => {
  const token = writeRequestToken(secret, place, { browserSecret: 'b', expiresAt, detail: '/next' })
  const shown = { token, detail: '/next', now }
  assert.deepEqual(readRequestToken(secret, place, shown)?.expiresAt, expiresAt)
  assert.equal(readRequestToken(secret, place, shown)?.isOf('b'), true)
  assert.equal(readRequestToken(secret, place, shown)?.isOf('c'), false)
  assert.equal(readRequestToken(secret, place, shown)?.isOf(undefined), false)
  for (const wrong of [
    readRequestToken(new Uint8Array(32), place, shown),
    readRequestToken(secret, { ...place, providerId: place.organizationId }, shown),
    readRequestToken(secret, place, { ...shown, detail: '/other' }),
    readRequestToken(secret, place, { ...shown, now: expiresAt }),
    readRequestToken(secret, place, { ...shown, token: `${token}=` }),
    readRequestToken(secret, place, { ...shown, token: '' }),
    readRequestToken(secret, place, { ...shown, token: token.replace(/^./, (first) => (first === 'B' ? 'C' : 'B')) }),
  ])
    assert.equal(wrong, undefined)
  const anybody = writeRequestToken(secret, place, { browserSecret: undefined, expiresAt })
  assert.equal(readRequestToken(secret, place, { token: anybody, now })?.isOf(undefined), true)
})
