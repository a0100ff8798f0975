import { replaceRecoveryCodes, selectFactors, updateRecoveryCodeUsed } from '../db/queries/factors.ts'
import type { Database } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { giveBackCodeAttempt, takeCodeAttempt } from './code-attempts.ts'
import { tellFactorChange, type FactorOwner } from './factor-changes.ts'
import type { CodeOutcome } from './one-time-codes.ts'
import { createRecoveryCode, hashRecoveryCode } from './recovery-code-text.ts'

export const recoveryCodesMax = 10

/** Ten new codes, shown now and never again; those from before are worth nothing any more. */
export async function makeRecoveryCodes(database: Database, owner: FactorOwner): Promise<readonly string[]> {
  const { organizationId, userId, now } = owner
  const codes = Array.from({ length: recoveryCodesMax }, createRecoveryCode)
  const hashes = codes.map((code) => hashRecoveryCode(code)).filter((hash) => hash !== undefined)
  await transaction(database, async (tx) => {
    await replaceRecoveryCodes(tx, { organizationId, userId, hashes, at: now })
    const data = { factor: 'recoveryCodes', count: codes.length }
    await tellFactorChange(tx, owner, { action: 'added', data, mail: 'recoveryCodesMade' })
  })
  return codes
}

/** Uses a code up. Wrong ones are counted, together with those of an app. */
export async function useRecoveryCode(database: Database, owner: FactorOwner, text: string): Promise<CodeOutcome> {
  const retryAfterSeconds = await takeCodeAttempt(database, owner, owner.now)
  if (retryAfterSeconds !== undefined) return { kind: 'throttled', retryAfterSeconds }
  if (!(await takeRecoveryCode(database, owner, text))) return { kind: 'wrong' }
  await giveBackCodeAttempt(database, owner)
  return { kind: 'ok' }
}

/** The same without counting. The person is told: whoever finds the sheet of paper is noticed. */
export function takeRecoveryCode(database: Database, owner: FactorOwner, text: string): Promise<boolean> {
  const { organizationId, userId, now } = owner
  const hash = hashRecoveryCode(text)
  if (hash === undefined) return Promise.resolve(false)
  return transaction(database, async (tx) => {
    if (!(await updateRecoveryCodeUsed(tx, { organizationId, userId, hash, at: now }))) return false
    const { recoveryCodes: left } = await selectFactors(tx, organizationId, userId)
    const data = { factor: 'recoveryCodes', left }
    await tellFactorChange(tx, owner, { action: 'used', data, mail: 'recoveryCodeUsed' })
    return true
  })
}
