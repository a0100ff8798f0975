import { scimError, type ScimError } from '@rollcall/scim'
import { formatTypeId } from '../type-id.ts'

/** Why a record of another connection is not written (DESIGN §5, 14). */
export function ownedByAnother(kind: string, connectionId: string | null): ScimError {
  const owner = connectionId === null ? 'another connection' : `the connection ${formatTypeId('con', connectionId)}`
  return scimError('forbidden', `This ${kind} belongs to ${owner}; only that one may change it`)
}

/** Whether a connection may write a record: its own, or one that nobody owns, which it adopts. */
export function mayWrite(owner: string | null, connectionId: string | null): boolean {
  return owner === null || owner === connectionId
}
