import { isJsonObject } from '@rollcall/scim'
import { AccessError } from '../access/access-error.ts'
import type { Call } from '../access/call.ts'
import { toKeyOwner } from '../access/rights.ts'
import {
  deleteOneTimeCode,
  deleteRecoveryCodes,
  selectOneTimeCode,
  selectFactors,
  selectRecoveryCodes,
  type RecoveryCodesRow,
} from '../db/queries/factors.ts'
import { selectOwnerRoles } from '../db/queries/keys.ts'
import { selectIsOperator } from '../db/queries/operators.ts'
import { deletePasskeys, selectPasskeys, type PasskeyRow } from '../db/queries/passkeys.ts'
import { selectPerson } from '../db/queries/people.ts'
import { selectStandingById } from '../db/queries/users.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { wantsSecondStep } from './admit.ts'
import { refuseBeyondRights } from './beyond-rights.ts'
import { tellFactorChange, type FactorName, type FactorOwner } from './factor-changes.ts'
import { removeTotp } from './one-time-codes.ts'
import { removePasskey } from './passkeys.ts'
import { endSessions } from './sessions.ts'

type Person = { readonly organizationId: string; readonly userId: string }

/** What a person has besides a password; nothing in it is a secret. */
export type Factors = {
  readonly passkeys: readonly PasskeyRow[]
  readonly totp: { readonly createdAt: Date; readonly lastUsedAt: Date | null } | undefined
  readonly recoveryCodes: RecoveryCodesRow | undefined
}

export async function readFactors(db: Queryable, { organizationId, userId }: Person): Promise<Factors> {
  const [passkeys, totp, recoveryCodes] = await Promise.all([
    selectPasskeys(db, organizationId, userId),
    selectOneTimeCode(db, organizationId, userId),
    selectRecoveryCodes(db, organizationId, userId),
  ])
  return { passkeys, totp, recoveryCodes }
}

/** The same for an administrator. Throws `userNotFound`. */
export async function getFactors(db: Queryable, person: Person): Promise<Factors> {
  await requirePerson(db, person)
  return readFactors(db, person)
}

export const factorNames = ['passkey', 'totp', 'recoveryCodes'] as const satisfies readonly FactorName[]

/** What was there and is gone. */
export type FactorsReset = {
  readonly passkeys: number
  readonly totp: boolean
  readonly recoveryCodes: number
  readonly sessionsEnded: number
}

/**
 * For a person who has lost the telephone: what is named goes, all sessions end, and the person is told.
 * Throws `userNotFound`, `beyondRights`.
 */
export async function resetFactors(
  database: Database,
  call: Call,
  request: Person & { readonly factors: readonly FactorName[]; readonly reason: string | undefined },
): Promise<FactorsReset> {
  const { organizationId, userId, factors, reason } = request
  return transaction(database, async (tx) => {
    await requirePerson(tx, request)
    await refuseBeyondRights(tx, call, request)
    const { now, actor, requestId } = call
    const passkeys = factors.includes('passkey') ? await deletePasskeys(tx, organizationId, userId) : 0
    const totp = factors.includes('totp') && (await deleteOneTimeCode(tx, organizationId, userId))
    const recoveryCodes = factors.includes('recoveryCodes') ? await deleteRecoveryCodes(tx, organizationId, userId) : 0
    const sessionsEnded = await endSessions(tx, {
      organizationId,
      userId,
      reason: 'factorsReset',
      now,
      actor,
      requestId,
    })
    const outcome = { passkeys, totp, recoveryCodes, sessionsEnded }
    if (passkeys + recoveryCodes > 0 || totp) {
      const data = { factors: [...factors], ...outcome, ...(reason !== undefined && { reason }) }
      const owner = { organizationId, userId, now, requestId, actor }
      await tellFactorChange(tx, owner, { action: 'reset', data, mail: 'factorsReset' })
    }
    return outcome
  })
}

async function requirePerson(db: Queryable, { organizationId, userId }: Person): Promise<void> {
  const person = await selectPerson(db, organizationId, userId)
  if (person === undefined) throw new AccessError('userNotFound', 'There is no such person', { field: 'person' })
}

/** What authenticator apps and key rings show beside an entry. */
export async function readNames(
  db: Queryable,
  { organizationId, userId }: Person,
): Promise<{ readonly userName: string; readonly displayName: string }> {
  const document: unknown = JSON.parse((await selectPerson(db, organizationId, userId))?.document ?? '{}')
  const { userName, displayName } = isJsonObject(document) ? document : {}
  const name = typeof userName === 'string' ? userName : ''
  return { userName: name, displayName: typeof displayName === 'string' ? displayName : name }
}

/**
 * Takes one factor off, for the person. Throws `passkeyNotFound`; `lastFactor` when nothing would be left of what the
 * person's rights need: the password alone would then let anybody set up a factor of his own.
 */
export async function removeFactor(
  database: Database,
  owner: FactorOwner,
  which: { readonly kind: 'totp' } | { readonly kind: 'passkey'; readonly id: string },
): Promise<void> {
  await transaction(database, async (tx) => {
    // Two windows that take off one each must not leave none.
    await selectStandingById(tx, owner.organizationId, owner.userId)
    if (which.kind === 'passkey') await removePasskey(tx, owner, which.id)
    else if (!(await removeTotp(tx, owner))) return
    const { passkeys, hasTotp } = await selectFactors(tx, owner.organizationId, owner.userId)
    if (passkeys > 0 || hasTotp) return
    const { organizationId, userId } = owner
    const roles = toKeyOwner(await selectOwnerRoles(tx, organizationId, userId))
    if (wantsSecondStep(roles, await selectIsOperator(tx, organizationId, userId)))
      throw new AccessError('lastFactor', 'The rights of this person need a second factor')
  })
}
