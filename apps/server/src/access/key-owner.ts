import { selectKeyOwner } from '../db/queries/keys.ts'
import type { Queryable } from '../db/pool.ts'
import { AccessError } from './access-error.ts'
import type { Call } from './call.ts'
import { findOrCreateServiceAccount, getServiceAccount } from './service-accounts.ts'
import { parseTypeId } from '../type-id.ts'

/** Who is to own a new key: nobody, a service account by its name or id, or a person by account id or SCIM id. */
export type WantedOwner = { readonly serviceAccount?: string | undefined; readonly userId?: string | undefined }

export type KeyOwner = { readonly serviceAccountId: string | null; readonly userId: string | null }

const nobody: KeyOwner = { serviceAccountId: null, userId: null }

/** Makes the service account when there is none of that name. Throws `invalidOwner`, `userNotFound`, `serviceAccountNotFound`. */
export async function resolveOwner(
  tx: Queryable,
  call: Call,
  request: { readonly organizationId: string; readonly owner: WantedOwner },
): Promise<KeyOwner> {
  const { organizationId, owner } = request
  if (owner.serviceAccount === undefined) return findOwner(tx, organizationId, owner)
  if (owner.userId !== undefined) throw twoOwners()
  // Whoever gives an id means the account that has it: a new one of that name would be nobody's intent.
  const id = owner.serviceAccount.startsWith('sa_') ? parseTypeId('sa', owner.serviceAccount) : undefined
  if (id !== undefined) {
    const account = await getServiceAccount(tx, organizationId, id)
    return { serviceAccountId: account.id, userId: null }
  }
  const account = await findOrCreateServiceAccount(tx, call, { organizationId, name: owner.serviceAccount })
  return { serviceAccountId: account.id, userId: null }
}

/** The same without making anything: an account that is not there yet is nobody. */
export async function findOwner(db: Queryable, organizationId: string, owner: WantedOwner): Promise<KeyOwner> {
  if (owner.userId === undefined) return nobody
  if (owner.serviceAccount !== undefined) throw twoOwners()
  const userId = await selectKeyOwner(db, organizationId, owner.userId)
  if (userId === undefined) throw new AccessError('userNotFound', 'There is no such user', { field: 'user' })
  return { serviceAccountId: null, userId }
}

function twoOwners(): AccessError {
  return new AccessError('invalidOwner', 'A key belongs to a service account or to a user, not to both', {
    field: 'user',
  })
}
