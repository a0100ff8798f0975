import type { ResourceType } from '@rollcall/scim'
import { raw, sql, type Fragment } from './filter-sql/fragment.ts'

/** Which table holds a resource type, and what of it stands in columns besides `search`. */
export type DirectoryTable = {
  readonly name: 'users' | 'teams' | 'resources'
  readonly typeName: string
  readonly endpoint: string
  /** Folded columns, by the canonical name of an attribute of the base schema. */
  readonly keyColumns: ReadonlyMap<string, Fragment>
}

const userKeys = new Map([['userName', raw('r.user_name_key')]])
const teamKeys = new Map([['displayName', raw('r.display_name_key')]])
const noKeys = new Map<string, Fragment>()

export function toDirectoryTable({ name, endpoint }: ResourceType): DirectoryTable {
  if (name === 'User') return { name: 'users', typeName: name, endpoint, keyColumns: userKeys }
  if (name === 'Group') return { name: 'teams', typeName: name, endpoint, keyColumns: teamKeys }
  return { name: 'resources', typeName: name, endpoint, keyColumns: noKeys }
}

/** The rows of a table, named `r`, that one organization sees over SCIM. */
export function fromVisible(table: DirectoryTable, organizationId: string): Fragment {
  const from = sql`from ${raw(table.name)} r where r.organization_id = ${organizationId}::uuid and r.scim_id is not null`
  return table.name === 'resources' ? sql`${from} and r.type = ${table.typeName}` : from
}
