import { createHash } from 'node:crypto'
import { apiError } from '@rollcall/admin-api'
import type { Encryption } from '../../encryption.ts'

/** Which list a cursor belongs to: the same cursor in another organization or under other filters is refused. */
export type CursorScope = {
  readonly route: string
  readonly organizationId: string
  /** The query without `cursor`, `limit` and `total`. */
  readonly filters: Readonly<Record<string, unknown>>
}

/** Sealed: clients cannot read positions out of it, and cannot make one up. */
export function sealCursor(encryption: Encryption, scope: CursorScope, position: string): string {
  return encryption.seal(position, contextOf(scope))
}

export function openCursor(encryption: Encryption, scope: CursorScope, cursor: string): string {
  try {
    return encryption.open(cursor, contextOf(scope))
  } catch (cause) {
    const detail = 'The cursor does not belong to this list with these filters'
    const errors = [{ in: 'query', pointer: '/cursor', code: 'invalidCursor', detail }] as const
    throw apiError('invalidCursor', detail, { cause, errors })
  }
}

function contextOf({ route, organizationId, filters }: CursorScope): string {
  const entries = Object.entries(filters).filter(([, value]) => value !== undefined)
  const text = JSON.stringify(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)))
  const digest = createHash('sha256').update(text).digest('base64url')
  return `cursor/${route}/${organizationId}/${digest}`
}
