import { foldCase, type JsonObject, type ResourceType } from '@rollcall/scim'
import type { UserValues } from '../db/queries/users.ts'
import type { DirectoryContext } from './directory-context.ts'
import { toLogin } from './logins.ts'
import { displayOf, foldText, toResourceValues } from './resource-values.ts'

/** The columns of a user's attributes. */
export function toUserValues(attributes: JsonObject, type: ResourceType, context: DirectoryContext): UserValues {
  const values = toResourceValues(attributes, type, 'users')
  const display = displayOf(attributes)
  const userName = typeof attributes['userName'] === 'string' ? attributes['userName'] : ''
  return {
    ...values,
    userName,
    userNameKey: foldCase(userName),
    externalIdKey: context.style.externalIdUnique ? values.externalId : null,
    display,
    displayKey: foldText(display),
    ...toLogin(attributes, context),
  }
}
