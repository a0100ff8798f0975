import type { Fields, ResourceRecord } from '@rollcall/scim/server'
import type { ResourceRow } from '../db/queries/rows.ts'
import type { DirectoryContext, DirectoryParts } from './directory-context.ts'
import { streamMembers } from './member-stream.ts'
import { toRecord } from './records.ts'

/** A team as the protocol hands it out; members that were not read with it are read when they are asked for. */
export function toTeamRecord(
  parts: DirectoryParts,
  context: DirectoryContext,
  row: ResourceRow,
  options: { readonly fields: Fields; readonly firstMax: number },
): ResourceRecord {
  const record = toRecord(row)
  if (!options.fields.members) return record
  const first = row.members === undefined ? undefined : (row.members ?? [])
  const team = { id: row.id, first, firstMax: options.firstMax }
  return { ...record, members: streamMembers(parts.database, context, team) }
}
