import { scimError, type ScimError } from '@rollcall/scim'
import { formatTypeId } from '../type-id.ts'
import { nilId } from '../nil-id.ts'

/**
 * The owner of accounts that administrators made. It is no connection: every connection lists these accounts and names
 * them as members, and none may write them. Null is another thing: nobody owns the record, who writes it first adopts it.
 */
export const localOwner = nilId

export function isLocalOwner(connectionId: string | null): boolean {
  return connectionId === localOwner
}

/** The connection that manages a record; null: nobody owns it, or it is a local account. */
export function managerOf(owner: string | null): string | null {
  return isLocalOwner(owner) ? null : owner
}

export function ownerKindOf(owner: string | null): 'nobody' | 'local' | 'connection' {
  if (owner === null) return 'nobody'
  return isLocalOwner(owner) ? 'local' : 'connection'
}

/** Why a record of another owner is not written (DESIGN §5, 14). */
export function ownedByAnother(kind: string, connectionId: string | null): ScimError {
  if (isLocalOwner(connectionId))
    return scimError('forbidden', `This ${kind} is a local account of Rollcall; no identity provider may change it`)
  const owner = connectionId === null ? 'another connection' : `the connection ${formatTypeId('con', connectionId)}`
  return scimError('forbidden', `This ${kind} belongs to ${owner}; only that one may change it`)
}

/** Whether a connection may write a record: its own, or one that nobody owns, which it adopts. */
export function mayWrite(owner: string | null, connectionId: string | null): boolean {
  return owner === null || owner === connectionId
}

/** Attributes that a connection manages, so that nobody changes them here without an override. */
export class LockedError extends Error {
  readonly attributes: readonly string[]

  constructor(connectionName: string, attributes: readonly string[], remedy: string) {
    super(`${attributes.join(', ')}: managed by ${connectionName}. ${remedy}`)
    this.name = 'LockedError'
    this.attributes = attributes
  }
}
