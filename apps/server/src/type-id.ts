import { randomUUIDv7 } from 'node:crypto'

// One codec for the server and for whoever reads its answers.
export { formatTypeId, parseTypeId, type IdPrefix } from '@rollcall/admin-api/ids'

/** A UUIDv7: sorts by the time of its making. */
export function createId(): string {
  return randomUUIDv7()
}
