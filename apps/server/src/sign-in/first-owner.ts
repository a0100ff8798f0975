import { AccessError } from '../access/access-error.ts'
import { ownerRole } from '../access/built-in-roles.ts'
import { isMailAddress } from '../access/mail-address.ts'
import { addOperator } from '../access/operators.ts'
import { addOrganization, findOrganization } from '../access/organizations.ts'
import { addRole } from '../access/role-assignments.ts'
import { spendSetupLink, type SetupLinkState } from '../access/setup-links.ts'
import type { Database } from '../db/pool.ts'
import { transaction, type Transaction } from '../db/transaction.ts'
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

export type SetUp =
  | { readonly kind: 'refused'; readonly state: SetupLinkState }
  | { readonly kind: 'slugTaken' }
  | { readonly kind: 'done'; readonly key: string; readonly signedIn: SignInOutcome }

type Arrival = Pick<StartSession, 'now' | 'ip' | 'userAgent' | 'replaces'> & { readonly requestId: string }

/**
 * Uses the link up and makes the key, the organization, its built-in owner (AC-G6: it signs in when every identity provider
 * fails) and the password, and signs the owner in: half, for an owner needs a second step. All of it or nothing: whatever
 * fails, the link is good for another try.
 */
export async function setUpFirstOwner(
  database: Database,
  given: { readonly token: string; readonly owner: FirstOwner },
  visit: Arrival,
): Promise<SetUp> {
  const { token, owner } = given
  const hash = await hashPassword(owner.password)
  try {
    return await transaction(database, async (tx) => {
      const used = await spendSetupLink(tx, token, visit.now)
      if (used.kind === 'refused') return used
      return { kind: 'done', key: used.key, signedIn: await makeOwner(database, tx, { owner, hash, visit }) }
    })
  } catch (error) {
    // Somebody took the name between the look at it and this.
    if (error instanceof AccessError && error.code === 'slugTaken') return { kind: 'slugTaken' }
    throw error
  }
}

async function makeOwner(
  database: Database,
  tx: Transaction,
  { owner, hash, visit }: { readonly owner: FirstOwner; readonly hash: string; readonly visit: Arrival },
): Promise<SignInOutcome> {
  const { now, requestId } = visit
  const call = { actor: 'setup', now, requestId, rights: 'all' } as const
  const { organization } = await addOrganization(tx, call, { slug: owner.slug })
  const organizationId = organization.id
  const act = { organizationId, connectionId: localOwner, actor: 'setup', requestId, now, via: 'setup' }
  const attributes = { userName: owner.email, emails: [{ value: owner.email, type: 'work', primary: true }] }
  const parts = { database, newId: createIdSource() }
  const context = { ...(await toOwnContext(tx, act)), tx }
  const userId = await createPerson(parts, context, { attributes, isBuiltIn: true })
  const role = { role: ownerRole.id, teamId: undefined, reason: undefined }
  await addRole(tx, call, { ...role, organizationId, subject: { kind: 'user', id: userId } })
  // Who holds the set-up link has a key of the instance too: the first owner runs the server.
  await addOperator(tx, call, { organizationId, userId, version: 1 })
  await setPassword(tx, { organizationId, userId, hash, now, actor: 'setup', requestId })
  return signIn(tx, { ...visit, organizationId, userId, method: 'password', factors: ['password'] })
}
