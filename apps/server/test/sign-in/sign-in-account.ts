import assert from 'node:assert/strict'
import { parseTypeId } from '@rollcall/admin-api'
import { transaction } from '../../src/db/transaction.ts'
import { startSession } from '../../src/sign-in/sessions.ts'
import type { SignInHarness, TestClient } from './sign-in-harness.ts'

/** A browser of somebody who has proven two things, such as an administrator. */
export async function createAccount(harness: SignInHarness, userName: string): Promise<TestClient> {
  const { database, clock } = harness.application
  const { body } = await harness.manage('GET', '')
  const organizationId = parseTypeId('org', body.id)
  const userId = parseTypeId('usr', await harness.idOf(userName))
  assert.ok(organizationId !== undefined && userId !== undefined)
  const wanted = { organizationId, userId, method: 'password', factors: ['password', 'totp'] } as const
  const { secret } = await transaction(database, (tx) =>
    startSession(tx, { ...wanted, now: clock(), ip: '192.0.2.1', userAgent: 'test' }),
  )
  const client = harness.browse()
  client.cookie = `__Host-rollcall_session=${secret}`
  return client
}
