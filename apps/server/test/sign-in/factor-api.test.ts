import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatTypeId } from '@rollcall/admin-api'
import { grantRole } from '../../src/access/role-assignments.ts'
import { rotateSecrets } from '../../src/rotate-secrets.ts'
import { createEncryption, generateEncryptionKey } from '../../src/encryption.ts'
import { confirmTotpEnrolment, beginTotpEnrolment, verifyTotp } from '../../src/sign-in/one-time-codes.ts'
import { describeStrandedPasskeys } from '../../src/sign-in/passkeys.ts'
import { makeRecoveryCodes } from '../../src/sign-in/recovery-codes.ts'
import { totpCodeOf, totpStepAt } from '../../src/sign-in/totp.ts'
import { createAdminHarness, type AdminHarness } from '../admin/admin-harness.ts'

test('an administrator sees what a person signs in with, without any secret', async () => {
  await using admin = await createAdminHarness()
  const { key, person, userId, organizationId } = await createPerson(admin)
  const path = `/api/v1/organizations/acme/people/${person}/factors`
  const none = await admin.send('GET', path, { key })
  assert.deepEqual(none.body, { passkeys: [], totp: null, recoveryCodes: null })
  await enrol(admin, { organizationId, userId })
  await addPasskey(admin, { organizationId, userId }, 'old.example')
  const { body } = await admin.send('GET', path, { key })
  const at = '2026-11-21T09:00:00.000Z'
  assert.deepEqual(body.totp, { createdAt: at, lastUsedAt: null })
  assert.deepEqual(body.recoveryCodes, { left: 10, createdAt: at })
  const [passkey] = body.passkeys
  assert.match(passkey.id, /^psk_/)
  assert.deepEqual(
    { ...passkey, id: '' },
    {
      id: '',
      name: 'Key',
      host: 'old.example',
      usable: false,
      backedUp: false,
      createdAt: at,
      lastUsedAt: null,
    },
  )
  assert.equal(
    (await admin.send('GET', path.replace(person, formatTypeId('usr', organizationId)), { key })).status,
    404,
  )
})

test('an administrator resets them: the person is told, sessions end, the history says who and why', async () => {
  await using admin = await createAdminHarness()
  const { key, person, userId, organizationId } = await createPerson(admin)
  await enrol(admin, { organizationId, userId })
  await addPasskey(admin, { organizationId, userId }, 'rollcall.test')
  const path = `/api/v1/organizations/acme/people/${person}/factors`
  const first = await admin.send('POST', `${path}/reset`, { key, body: { only: ['totp'], reason: 'lost telephone' } })
  assert.deepEqual(first.body, { passkeys: 0, totp: true, recoveryCodes: 0, sessionsEnded: 0 })
  const rest = await admin.send('POST', `${path}/reset`, { key, body: {} })
  assert.deepEqual(rest.body, { passkeys: 1, totp: false, recoveryCodes: 10, sessionsEnded: 0 })
  assert.deepEqual((await admin.send('GET', path, { key })).body, { passkeys: [], totp: null, recoveryCodes: null })
  const again = await admin.send('POST', `${path}/reset`, { key, body: {} })
  assert.deepEqual(again.body, { passkeys: 0, totp: false, recoveryCodes: 0, sessionsEnded: 0 })
  for (const body of [{ only: [] }, { only: ['password'] }, { only: 'totp' }, { reason: '' }])
    assert.equal((await admin.send('POST', `${path}/reset`, { key, body })).status, 400)

  const { rows } = await admin.application.database.query<{ actor: string; data: { reason?: string } }>({
    text: `select actor, data from changes where action = 'factor.reset' order by position`,
  })
  assert.equal(rows.length, 2, 'a reset of nothing is none')
  assert.equal(rows[0]?.data.reason, 'lost telephone')
  assert.match(rows[0]?.actor ?? '', /^key_/)
  const { body: mails } = await admin.send('GET', '/api/v1/organizations/acme/mails', { key })
  const [, told] = mails.data.filter(({ template }: { template: string }) => template === 'factorsReset')
  assert.equal(told.to, 'ann@example.com')
  assert.match(told.text, /Reason: lost telephone/)
})

test('whoever may do less than a person cannot reset it: that would be a way to become that person', async () => {
  await using admin = await createAdminHarness()
  const { person, userId, organizationId } = await createPerson(admin)
  await grantRole(admin.application.database, owner(admin), {
    organizationId,
    role: 'owner',
    subject: { kind: 'user', id: userId },
    teamId: undefined,
    reason: undefined,
  })
  const helper = await admin.send('POST', '/api/v1/organizations/acme/keys', { body: { scopes: ['people:manage'] } })
  const path = `/api/v1/organizations/acme/people/${person}/factors/reset`
  const refused = await admin.send('POST', path, { key: helper.body.key, body: {} })
  assert.equal(refused.status, 403)
  const all = await admin.send('POST', '/api/v1/organizations/acme/keys', { body: { scopes: ['admin:enterprise'] } })
  assert.equal((await admin.send('POST', path, { key: all.body.key, body: {} })).status, 200)
})

test('a new encryption key seals the secrets of apps anew; the codes go on', async () => {
  const keys = [generateEncryptionKey(), generateEncryptionKey()] as const
  await using admin = await createAdminHarness({ encryption: createEncryption([keys[0]]) })
  const { userId, organizationId } = await createPerson(admin)
  const { database, clock } = admin.application
  const secret = await enrol(admin, { organizationId, userId })
  const count = await rotateSecrets(database, createEncryption([keys[1], keys[0]]), clock)
  assert.ok(count >= 1)
  admin.application.clock.advance(60_000)
  const after = { database, encryption: createEncryption([keys[1]]) }
  const code = totpCodeOf(secret, totpStepAt(clock()))
  assert.deepEqual(await verifyTotp(after, { organizationId, userId }, { code, now: clock() }), { kind: 'ok' })
})

test('a start under another public address warns of passkeys that do not work any more', async () => {
  await using admin = await createAdminHarness()
  const { userId, organizationId } = await createPerson(admin)
  const { parts } = admin.application.application
  assert.deepEqual(await describeStrandedPasskeys(parts.database, 'https://rollcall.test'), [])
  await addPasskey(admin, { organizationId, userId }, 'rollcall.test')
  assert.deepEqual(await describeStrandedPasskeys(parts.database, 'https://rollcall.test'), [])
  const [line = ''] = await describeStrandedPasskeys(parts.database, 'https://other.test')
  assert.match(line, /^Warning: 1 passkey made for another host than other\.test cannot be used/)
  const [bare = ''] = await describeStrandedPasskeys(parts.database, 'http://127.0.0.1:8080')
  assert.match(bare, /where browsers allow none/)
})

test('a person who is purged leaves no factor behind', async () => {
  await using admin = await createAdminHarness()
  const { key, person, userId, organizationId } = await createPerson(admin)
  await enrol(admin, { organizationId, userId })
  await addPasskey(admin, { organizationId, userId }, 'rollcall.test')
  const path = `/api/v1/organizations/acme/people/${person}`
  assert.equal((await admin.send('DELETE', path, { key })).status, 204)
  assert.equal((await admin.send('POST', `${path}/purge`, { key })).status, 200)
  for (const table of ['passkeys', 'one_time_codes', 'recovery_codes'])
    assert.equal((await admin.application.database.query({ text: `select from ${table}` })).rowCount, 0, table)
})

type Named = { readonly organizationId: string; readonly userId: string }

async function createPerson(admin: AdminHarness) {
  const { id, key } = await admin.createOrganization('acme')
  const made = await admin.send('POST', '/api/v1/organizations/acme/people', {
    key,
    body: {
      attributes: { userName: 'ann@example.com', emails: [{ value: 'ann@example.com', primary: true }] },
      invite: false,
    },
  })
  assert.equal(made.status, 201)
  const { rows } = await admin.application.database.query<{ organization_id: string; id: string }>({
    text: 'select organization_id, id from users limit 1',
  })
  return { key, id, person: made.body.id, organizationId: rows[0]?.organization_id ?? '', userId: rows[0]?.id ?? '' }
}

function owner({ application }: AdminHarness) {
  return { actor: 'test', now: application.clock(), requestId: undefined, rights: 'all' } as const
}

async function enrol({ application }: AdminHarness, { organizationId, userId }: Named): Promise<Uint8Array> {
  const { parts } = application.application
  const now = application.clock()
  const person = { organizationId, userId, organizationName: 'acme', userName: 'ann' }
  const { sealed, secretText } = beginTotpEnrolment(parts, person, now)
  const bits = [...secretText].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0'))
  const secret = Uint8Array.from(bits.join('').match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2))
  const call = { organizationId, userId, now, requestId: undefined }
  const code = totpCodeOf(secret, totpStepAt(now))
  assert.deepEqual(await confirmTotpEnrolment(parts, call, { sealed, code }), { kind: 'ok' })
  await makeRecoveryCodes(application.database, call)
  return secret
}

async function addPasskey({ application }: AdminHarness, named: Named, rpId: string): Promise<void> {
  await application.database.query(
    {
      text: `insert into passkeys (organization_id, id, user_id, credential_id, public_key, counter, transports, rp_id, name,
          is_backed_up, created_at)
        values ($1, gen_random_uuid(), $2, '\\x01', '\\x02', 0, '{}', $3, 'Key', false, $4)`,
    },
    [named.organizationId, named.userId, rpId, application.clock()],
  )
}
