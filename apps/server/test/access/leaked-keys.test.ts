import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createKeyText, createShortId, keyKinds, keyPattern } from '../../src/access/key-text.ts'
import { keyCacheMs } from '../../src/access/key-cache.ts'
import { jobs } from '../../src/jobs.ts'
import { createAdminHarness, type AdminHarness } from '../admin/admin-harness.ts'
import { mailsOf } from './mails-of.ts'

let admin: AdminHarness
before(async () => {
  admin = await createAdminHarness()
})
after(() => admin.application.close())

const at = (slug: string, path: string) => `/api/v1/organizations/${slug}${path}`
const report = (keys: readonly string[], source?: string) =>
  admin.send('POST', '/api/v1/leaked-keys', { key: null, body: { keys, ...(source !== undefined && { source }) } })
const outcomes = async (keys: readonly string[], source?: string) =>
  (await report(keys, source)).body.data.map(({ outcome }: { outcome: string }) => outcome)

test('CON-H2: the published rule for gitleaks is the expression that the code goes by, and finds every kind of key', async () => {
  const file = await readFile(new URL('../../../../docs/gitleaks.toml', import.meta.url), 'utf8')
  const regex = /^regex = '''(.*)'''$/m.exec(file)?.[1]
  assert.equal(regex, keyPattern.source)
  const pattern = new RegExp(regex ?? '')
  for (const kind of keyKinds) {
    const key = createKeyText(kind, createShortId())
    assert.deepEqual(pattern.exec(`ROLLCALL_KEY="${key}";`)?.[0], key)
  }
  for (const text of ['rc_scm_short', `rc_xyz_${'0'.repeat(34)}`, `rc_scm_${'0'.repeat(35)}`])
    assert.ok(!pattern.test(text))
})

test('CON-H2: a key that anybody reports is revoked, and its administrators hear of it once', async () => {
  await admin.createOrganization('leaky')
  await admin.send('POST', at('leaky', '/service-accounts'), { body: { name: 'ci', email: 'leaks@example.com' } })
  const made = { body: { name: 'deploy', scopes: ['keys:read'], serviceAccount: 'ci' } }
  const { body: key } = await admin.send('POST', at('leaky', '/keys'), made)
  const source = 'https://github.com/acme/site/blob/main/.env'
  const answer = await report([key.key], source)
  assert.deepEqual(answer.body, { data: [{ hint: key.hint, outcome: 'revoked' }] })
  await sleep(keyCacheMs + 20)
  assert.equal((await admin.send('GET', at('leaky', '/keys'), { key: key.key })).status, 401)
  assert.deepEqual(await outcomes([key.key], source), ['ended'])
  const job = jobs.find(({ name }) => name === 'notices')
  await job?.run(admin.application.application.parts, new AbortController().signal)
  const { body: notices } = await admin.send('GET', at('leaky', '/notices'))
  assert.deepEqual(
    notices.data.map(({ kind, details }: { kind: string; details: object }) => [kind, details]),
    [
      [
        'keyLeaked',
        {
          key: 'deploy',
          hint: key.hint,
          source,
          outcome: 'revoked',
          revokedAt: admin.application.clock().toISOString(),
        },
      ],
    ],
  )
  assert.match(notices.data[0].message, /was found in the open \(https:.*\) and was revoked/)
  const mails = await mailsOf(admin.application, 'leaks@example.com')
  assert.deepEqual(
    mails.map(({ template }) => template),
    ['keyCreated', 'keyRevoked', 'keyLeaked'],
  )
})

test('an organization may choose to be alerted only', async () => {
  const { key: owner } = await admin.createOrganization('careful')
  await admin.send('PATCH', at('careful', ''), { body: { settings: { keys: { onLeak: 'alert' } } } })
  const { body: key } = await admin.send('POST', at('careful', '/keys'), { body: { scopes: ['keys:read'] } })
  assert.deepEqual(await outcomes([key.key]), ['alerted'])
  assert.deepEqual(await outcomes([key.key]), ['alerted'])
  await sleep(keyCacheMs + 20)
  assert.equal((await admin.send('GET', at('careful', '/keys'), { key: key.key })).status, 200)
  const { body: notices } = await admin.send('GET', at('careful', '/notices'), { key: owner })
  assert.equal(notices.data.length, 1)
  assert.match(notices.data[0].message, /left alive: revoke it/)
})

test('what is no key, nobody’s key changes nothing; an API key and a client secret end', async () => {
  await admin.createOrganization('mixed')
  const { body: api } = await admin.send('POST', at('mixed', '/api-keys'), { body: { name: 'the only one' } })
  const client = await admin.send('POST', at('mixed', '/keys'), { body: { scopes: ['scim'], use: 'oauthClient' } })
  const keys = ['hunter2', `rc_scm_${'0'.repeat(34)}`, createKeyText('scm', createShortId()), api.key, client.body.key]
  assert.deepEqual(await outcomes(keys), ['noKey', 'noKey', 'unknown', 'revoked', 'revoked'])
  assert.equal((await admin.send('GET', '/api/v1/whoami')).status, 200)
  assert.equal((await report([])).status, 400)
  assert.equal((await report(Array.from({ length: 21 }, () => 'x'))).status, 400)
})
