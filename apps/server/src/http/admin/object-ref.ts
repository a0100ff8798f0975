import type { ObjectRef } from '../../provisioning/object.ts'
import { formatTypeId, parseTypeId } from '../../type-id.ts'
import { toUuid } from './to-uuid.ts'

/** A person or team by its id of the API; a bare UUID is a person's. */
export function toObjectRef(text: string): ObjectRef {
  const personId = parseTypeId('usr', text)
  return personId === undefined ? { kind: 'team', id: toUuid('team', text) } : { kind: 'user', id: personId }
}

export function formatObjectId({ kind, id }: ObjectRef): string {
  return formatTypeId(kind === 'user' ? 'usr' : 'team', id)
}
