import { apiError } from '@rollcall/admin-api'
import { parseAuditQuery } from '../../audit/query/parse.ts'
import { AuditQueryError } from '../../audit/query/tokens.ts'

/** A query of the audit log; refuses with the place of the mistake. */
export function parseQueryOf(query: string | undefined, place: 'query' | 'body' = 'query') {
  try {
    return parseAuditQuery(query ?? '')
  } catch (error) {
    if (!(error instanceof AuditQueryError)) throw error
    const errors = [{ in: place, pointer: '/query', code: 'invalidAuditQuery', detail: error.message }] as const
    throw apiError('invalidRequest', error.message, { errors, cause: error })
  }
}
