import { isJsonObject } from '@rollcall/scim'
import { toCsvLine } from '../csv.ts'
import type { PersonRow } from '../db/queries/people.ts'
import type { Queryable } from '../db/pool.ts'
import { formatTypeId } from '../type-id.ts'
import { listPeople, type ListPeople } from './list-people.ts'
import { managerOf, ownerKindOf } from './ownership.ts'
import { parseStored } from './records.ts'

const rowsPerPage = 1_000

const columns = [
  'id',
  'scimId',
  'externalId',
  'userName',
  'login',
  'displayName',
  'givenName',
  'familyName',
  'email',
  'state',
  'owner',
  'connectionId',
  'connection',
  'createdAt',
  'updatedAt',
  'stateChangedAt',
] as const

/** Every identity as a line of CSV, page by page, so that a million of them never stand in memory at once. */
export async function* exportPeople(db: Queryable, query: ListPeople): AsyncGenerator<string> {
  yield toCsvLine(columns)
  let after: string | undefined
  do {
    const page = await listPeople(db, query, { limit: rowsPerPage, after })
    if (page.data.length > 0) yield page.data.map((row) => toCsvLine(toCells(row))).join('')
    after = page.next
  } while (after !== undefined)
}

function toCells(row: PersonRow): readonly (string | null)[] {
  const { userName, displayName, name, emails } = parseStored(row)
  const manager = managerOf(row.connection_id)
  return [
    formatTypeId('usr', row.id),
    row.scim_id,
    row.external_id,
    textOf(userName),
    row.login,
    textOf(displayName),
    isJsonObject(name) ? textOf(name['givenName']) : null,
    isJsonObject(name) ? textOf(name['familyName']) : null,
    addressOf(emails),
    row.state,
    ownerKindOf(row.connection_id),
    manager === null ? null : formatTypeId('con', manager),
    manager === null ? null : row.connection_name,
    row.created_at.toISOString(),
    row.updated_at.toISOString(),
    row.state_changed_at.toISOString(),
  ]
}

function addressOf(emails: unknown): string | null {
  if (!Array.isArray(emails)) return null
  const elements = emails.filter((email) => isJsonObject(email))
  const email = elements.find((element) => element['primary'] === true) ?? elements[0]
  return textOf(email?.['value'])
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
