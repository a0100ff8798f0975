import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createCliHarness } from './cli-harness.ts'

test('second factors of a person are listed and reset; a wrong name changes nothing', async () => {
  await using cli = await createCliHarness()
  await cli.json('organization', 'create', '--slug', 'acme')
  const person = await cli.json(
    'person',
    'create',
    '--organization',
    'acme',
    '--user-name',
    'ann@example.com',
    '--no-invite',
  )
  const { database, clock } = cli.application
  await database.query(
    {
      text: `insert into recovery_codes (organization_id, user_id, hash, created_at)
        select organization_id, id, 'x', $1 from users`,
    },
    [clock()],
  )
  const listed = await cli.json('factor', 'list', person.id)
  const recoveryCodes = { left: 1, createdAt: clock().toISOString() }
  assert.deepEqual(listed, { passkeys: [], totp: null, recoveryCodes })
  const wrong = await cli.run('factor', 'reset', person.id, '--only', 'phone', '--yes')
  assert.notEqual(wrong.code, 0)
  assert.match(wrong.stderr, /--only takes passkey, totp, recoveryCodes, not "phone"/)
  const gone = await cli.json('factor', 'reset', person.id, '--only', 'recoveryCodes', '--reason', 'lost', '--yes')
  assert.deepEqual(gone, { passkeys: 0, totp: false, recoveryCodes: 1, sessionsEnded: 0 })
  assert.equal((await cli.json('factor', 'list', person.id)).recoveryCodes, null)
})
