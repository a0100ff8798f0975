import { AccessError } from '../access/access-error.ts'
import type { Call } from '../access/call.ts'
import type { LinkName } from '../access/derived-links.ts'
import type { SwitchableMethod } from '../access/sign-in-settings.ts'
import { insertAccessChange } from '../db/queries/access-changes.ts'
import { hasPassword } from '../db/queries/passwords.ts'
import { selectPersonAtDoor, upsertSignInMethods } from '../db/queries/sign-in.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { createId } from '../type-id.ts'
import { refuseBeyondRights } from './beyond-rights.ts'
import { mayHavePassword, openPasswordLink } from './password-links.ts'

type Named = { readonly organizationId: string; readonly userId: string }

/** How a person may sign in. */
export type PersonSignIn = {
  /** Null: as the organization says. */
  readonly methods: readonly SwitchableMethod[] | null
  readonly hasPassword: boolean
  readonly isBuiltIn: boolean
}

/** Throws `personNotFound`. */
export async function getPersonSignIn(db: Queryable, { organizationId, userId }: Named): Promise<PersonSignIn> {
  const person = await selectPersonAtDoor(db, organizationId, userId)
  if (person === undefined) throw new AccessError('personNotFound', 'There is no such person')
  const { isBuiltIn } = person
  // Written by updatePersonSignIn only.
  const methods = person.methods as PersonSignIn['methods']
  return { methods, isBuiltIn, hasPassword: await hasPassword(db, organizationId, userId) }
}

/** Lets a person sign in otherwise than the organization says (AC-D32). Throws `personNotFound`, `beyondRights`. */
export function updatePersonSignIn(
  database: Database,
  call: Call,
  { organizationId, userId, methods }: Named & Pick<PersonSignIn, 'methods'>,
): Promise<PersonSignIn> {
  return transaction(database, async (tx) => {
    const before = await getPersonSignIn(tx, { organizationId, userId })
    await refuseBeyondRights(tx, call, { organizationId, userId })
    if (JSON.stringify(before.methods) === JSON.stringify(methods)) return before
    await upsertSignInMethods(tx, { organizationId, userId, methods, actor: call.actor, now: call.now })
    await insertAccessChange(tx, {
      organizationId,
      at: call.now,
      // No change of the person's own: history replays those.
      action: 'session.methods_set',
      subjectId: createId(),
      subjectVersion: 1,
      actor: call.actor,
      requestId: call.requestId,
      data: {
        userId,
        before: before.methods === null ? null : [...before.methods],
        methods: methods === null ? null : [...methods],
      },
    })
    return { ...before, methods }
  })
}

/**
 * A link by which a person chooses a password, for the one who makes it to hand over. Throws `personNotFound`,
 * `beyondRights` for somebody who may do more than the maker, and `noPassword` where a password would let nobody in.
 */
export function createPasswordLink(
  database: Database,
  call: Call,
  { organizationId, userId }: Named,
): Promise<LinkName & { readonly expiresAt: Date }> {
  return transaction(database, async (tx) => {
    await getPersonSignIn(tx, { organizationId, userId })
    await refuseBeyondRights(tx, call, { organizationId, userId })
    if (!(await mayHavePassword(tx, organizationId, userId)))
      throw new AccessError(
        'noPassword',
        'A password would not let this person in: not active, or passwords are switched off',
      )
    const link = await openPasswordLink(tx, { organizationId, userId, now: call.now })
    await insertAccessChange(tx, {
      organizationId,
      at: call.now,
      action: 'session.password_link_made',
      subjectId: link.id,
      subjectVersion: 1,
      actor: call.actor,
      requestId: call.requestId,
      data: { userId },
    })
    return link
  })
}
