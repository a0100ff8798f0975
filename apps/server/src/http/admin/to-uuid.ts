import { apiError } from '@rollcall/admin-api'
import { parseTypeId, type IdPrefix } from '../../type-id.ts'

/** The UUID behind an id of ours; the schema has checked its form. */
export function toUuid(prefix: IdPrefix, id: string): string {
  const uuid = parseTypeId(prefix, id)
  if (uuid === undefined) throw apiError('notFound', 'The id names nothing here')
  return uuid
}
