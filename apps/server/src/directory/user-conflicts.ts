import { scimError, type ScimError } from '@rollcall/scim'
import { brokenUnique } from '../db/queries/constraint.ts'
import { selectTaken, type UniqueAttribute, type UserValues } from '../db/queries/users.ts'
import type { Queryable } from '../db/pool.ts'
import type { DirectoryContext } from './directory-context.ts'

/** The error for the unique value that another user has. */
export async function takenBy(db: Queryable, context: DirectoryContext, user: UserValues): Promise<ScimError> {
  const taken = await selectTaken(db, context, user)
  return taken409(taken?.attribute ?? 'userName', user)
}

function taken409(attribute: UniqueAttribute, user: UserValues): ScimError {
  if (attribute === 'login')
    return scimError(
      'uniqueness',
      `userName "${user.userName.slice(0, 200)}" makes the login "${user.login ?? ''}", which is taken by another user`,
    )
  const value = attribute === 'externalId' ? user.externalId : user.userName
  return scimError('uniqueness', `${attribute} "${(value ?? '').slice(0, 200)}" is taken by another user`)
}

/** Tells which unique value a write broke. */
export async function translating<Result>(user: UserValues, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const constraint = brokenUnique(error)
    if (constraint === 'users_user_name') throw taken409('userName', user)
    if (constraint === 'users_login') throw taken409('login', user)
    if (constraint === 'users_external_id_key') throw taken409('externalId', user)
    throw error
  }
}
