import { isJsonObject, type JsonObject } from '@rollcall/scim'
import type { GroupReference, MemberReference, ResourceRecord } from '@rollcall/scim/server'
import { formatTimestamp } from '../db/parse-timestamp.ts'
import type { GroupTuple, MemberTuple, ResourceRow, ShownRow } from '../db/queries/rows.ts'

/** A row as the protocol hands it out: the stored text is passed on, externalId put in for the connection that gave it. */
export function toRecord(row: ResourceRow): ResourceRecord {
  return {
    id: row.scim_id,
    version: String(row.version),
    created: row.created_at.toISOString(),
    lastModified: row.updated_at.toISOString(),
    document: withExternalId(row.document, row.external_id),
    ...(row.groups === undefined ? {} : { groups: row.groups === null ? [] : toGroups(...row.groups) }),
  }
}

/** The same of a row that was only read to be shown. */
export function toShownRecord(row: ShownRow): ResourceRecord {
  const record = {
    id: row.scim_id,
    version: row.version,
    created: formatTimestamp(row.created),
    lastModified: formatTimestamp(row.updated),
    document: withExternalId(row.document, row.external_id),
  }
  if (row.groups === undefined) return record
  return { ...record, groups: row.groups === null ? [] : toGroups(...row.groups) }
}

/** The attributes of a stored user, externalId among them. */
export function parseStored(row: { readonly document: string; readonly external_id: string | null }): JsonObject {
  const attributes: unknown = JSON.parse(withExternalId(row.document, row.external_id))
  if (!isJsonObject(attributes)) throw new Error('A stored document is no object')
  return attributes
}

function withExternalId(document: string, externalId: string | null): string {
  if (externalId === null) return document
  const separator = document.length > 2 ? ',' : ''
  return `${document.slice(0, -1)}${separator}"externalId":${JSON.stringify(externalId)}}`
}

function toGroups(
  direct: readonly GroupTuple[] | null,
  indirect: readonly GroupTuple[] | null,
): readonly GroupReference[] {
  const toGroup = (type: GroupReference['type']) => {
    return ([value, display]: GroupTuple): GroupReference => ({ value, display, type })
  }
  return [...(direct ?? []).map(toGroup('direct')), ...(indirect ?? []).map(toGroup('indirect'))]
}

export function toMember([, value, display, kind]: MemberTuple): MemberReference {
  return { value, display: display ?? undefined, type: kind === 'user' ? 'User' : 'Group' }
}
