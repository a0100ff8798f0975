import { isJsonObject } from '@rollcall/scim'
import { toKeyOwner } from '../access/rights.ts'
import type { Permission } from '../access/scopes.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { selectOwnerRoles } from '../db/queries/keys.ts'
import { selectPerson } from '../db/queries/people.ts'
import { hasPassword } from '../db/queries/passwords.ts'
import { transaction } from '../db/transaction.ts'
import { hashPassword } from '../directory/password-hash.ts'
import { parseStored } from '../directory/records.ts'
import { formatTypeId } from '../type-id.ts'
import { needsSecondStep } from './admit.ts'
import { findPasswordFlaw, type BreachList, type PasswordFlaw } from './password-rules.ts'
import { checkPassword, setPassword } from './passwords.ts'
import { endSessions, type Session } from './sessions.ts'

/** What a person's own page shows. */
export type Account = {
  readonly userName: string
  readonly name: string | null
  readonly email: string | null
  readonly hasPassword: boolean
}

export async function readAccount(
  db: Queryable,
  session: Pick<Session, 'organizationId' | 'userId'>,
): Promise<Account> {
  const { organizationId, userId } = session
  const person = await selectPerson(db, organizationId, userId)
  if (person === undefined) throw new Error('A session of nobody')
  const { userName, emails, displayName, name } = parseStored(person)
  return {
    userName: typeof userName === 'string' ? userName : '',
    name: firstText(displayName, isJsonObject(name) ? name['formatted'] : undefined),
    email: firstEmail(emails),
    hasPassword: await hasPassword(db, organizationId, userId),
  }
}

/** What the roles of whoever is signed in allow; nothing as long as they want more than was proven at the sign-in. */
export async function readOwnPermissions(db: Queryable, session: Session): Promise<ReadonlySet<Permission>> {
  const { organizationId, userId, factors } = session
  const owner = toKeyOwner(await selectOwnerRoles(db, organizationId, userId))
  return needsSecondStep(owner, factors, false) ? new Set() : owner.permissions
}

function firstText(...values: readonly unknown[]): string | null {
  return values.find((value) => typeof value === 'string') ?? null
}

function firstEmail(emails: unknown): string | null {
  if (!Array.isArray(emails)) return null
  // Array.isArray makes `any[]`; stored resources hold objects with a text as value.
  const values = emails as readonly { readonly value?: unknown; readonly primary?: unknown }[]
  const { value } = values.find(({ primary }) => primary === true) ?? values[0] ?? {}
  return typeof value === 'string' ? value : null
}

/** Whose session it is, and which: all that acting on one's own account needs. */
export type OwnSession = Pick<Session, 'organizationId' | 'userId' | 'id'>

type Own = { readonly session: OwnSession; readonly now: Date; readonly requestId: string | undefined }

/** Ends one of the person's own sessions, or all but this one. Returns how many there were. */
export function endOwnSessions(
  database: Database,
  { session, now, requestId }: Own,
  which: { readonly sessionId: string } | 'others',
): Promise<number> {
  const { organizationId, userId, id } = session
  const end = { organizationId, userId, now, actor: formatTypeId('usr', userId), requestId, reason: 'revoked' }
  const one = which === 'others' ? { butSessionId: id } : { onlySessionId: which.sessionId }
  return transaction(database, (tx) => endSessions(tx, { ...end, ...one }))
}

export type ChangePasswordOutcome =
  | { readonly kind: 'changed' }
  | { readonly kind: 'flawed'; readonly flaw: PasswordFlaw }
  | { readonly kind: 'wrongPassword' | 'throttled' }

/** A person changes the own password, and must know the one before. */
export async function changeOwnPassword(
  database: Database,
  own: Own & { readonly ip: string },
  given: { readonly before: string; readonly password: string; readonly breaches: BreachList | undefined },
): Promise<ChangePasswordOutcome> {
  const { session, now, requestId, ip } = own
  const { organizationId, userId } = session
  const { userName, email, name } = await readAccount(database, session)
  // Whoever has none is always wrong: an open browser must not make itself a way in. The first one is chosen by a link.
  const verdict = await checkPassword(database, { organizationId, userName, ip, now, password: given.before })
  if (verdict !== 'right') return { kind: verdict === 'wrong' ? 'wrongPassword' : 'throttled' }
  const names = [userName, email ?? '', name ?? '']
  const flaw = await findPasswordFlaw(given.password, { names, breaches: given.breaches })
  if (flaw !== undefined) return { kind: 'flawed', flaw }
  const hash = await hashPassword(given.password)
  await transaction(database, (tx) =>
    setPassword(tx, { organizationId, userId, hash, now, requestId, butSessionId: session.id }),
  )
  return { kind: 'changed' }
}
