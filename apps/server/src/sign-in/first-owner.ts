import { ownerRole } from '../access/built-in-roles.ts'
import { isMailAddress } from '../access/mail-address.ts'
import { createOrganization, findOrganization } from '../access/organizations.ts'
import { grantRole } from '../access/role-assignments.ts'
import type { Database } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { createIdSource } from '../directory/new-id.ts'
import { localOwner } from '../directory/ownership.ts'
import { hashPassword } from '../directory/password-hash.ts'
import { createPerson } from '../directory/people.ts'
import { toOwnContext } from './own-context.ts'
import { findPasswordFlaw, type BreachList, type PasswordFlaw } from './password-rules.ts'
import { setPassword } from './passwords.ts'
import type { StartSession } from './sessions.ts'
import { signIn, type SignInOutcome } from './sign-in.ts'

/** The first account of an installation, and the organization that it owns. */
export type FirstOwner = { readonly slug: string; readonly email: string; readonly password: string }

export type FirstOwnerFlaw = PasswordFlaw | 'slug' | 'slugTaken' | 'email'

const slugShape = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/** What is wrong with it, before anything is made and before the link is used up. */
export async function findFirstOwnerFlaw(
  database: Database,
  { slug, email, password }: FirstOwner,
  breaches: BreachList | undefined,
): Promise<FirstOwnerFlaw | undefined> {
  if (!slugShape.test(slug)) return 'slug'
  if ((await findOrganization(database, slug)) !== undefined) return 'slugTaken'
  if (!isMailAddress(email)) return 'email'
  return findPasswordFlaw(password, { names: [email, slug], breaches })
}

/**
 * Makes the organization, its built-in owner (AC-G6: it signs in when every identity provider fails), the password, and
 * signs the owner in: half, for an owner needs a second step.
 */
export async function createFirstOwner(
  database: Database,
  owner: FirstOwner,
  visit: Pick<StartSession, 'now' | 'ip' | 'userAgent' | 'replaces'> & { readonly requestId: string },
): Promise<SignInOutcome> {
  const { now, requestId } = visit
  const call = { actor: 'setup', now, requestId, rights: 'all' } as const
  const { organization } = await createOrganization(database, call, { slug: owner.slug })
  const organizationId = organization.id
  const act = { organizationId, connectionId: localOwner, actor: 'setup', requestId, now, via: 'setup' }
  const attributes = { userName: owner.email, emails: [{ value: owner.email, type: 'work', primary: true }] }
  const parts = { database, newId: createIdSource() }
  const userId = await createPerson(parts, await toOwnContext(database, act), { attributes, isBuiltIn: true })
  const role = { role: ownerRole.id, teamId: undefined, reason: undefined }
  await grantRole(database, call, { ...role, organizationId, subject: { kind: 'user', id: userId } })
  const hash = await hashPassword(owner.password)
  return transaction(database, async (tx) => {
    await setPassword(tx, { organizationId, userId, hash, now, actor: 'setup', requestId })
    return signIn(tx, { ...visit, organizationId, userId, method: 'password', factors: ['password'] })
  })
}
