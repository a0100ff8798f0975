import { isJsonObject, type JsonObject } from '@rollcall/scim'
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

const byteOrderMark = '\uFEFF'

/** Every identity as a line of CSV, page by page, so that a million of them never stand in memory at once. */
export async function* exportPeople(
  db: Queryable,
  query: ListPeople,
  { hasMark }: { readonly hasMark: boolean },
): AsyncGenerator<string> {
  yield (hasMark ? byteOrderMark : '') + toCsvLine(columns)
  yield* exportLines(db, query, (row) => toCsvLine(toCells(row)))
}

/** Every identity as a SCIM user with all that was stored of it (RFC 7643 §4.1), one a line. */
export function exportPeopleAsScim(db: Queryable, query: ListPeople): AsyncGenerator<string> {
  return exportLines(db, query, (row) => `${JSON.stringify(toResource(row))}\n`)
}

async function* exportLines(
  db: Queryable,
  query: ListPeople,
  toLine: (row: PersonRow) => string,
): AsyncGenerator<string> {
  let after: string | undefined
  do {
    const page = await listPeople(db, query, { limit: rowsPerPage, after })
    if (page.data.length > 0) yield page.data.map(toLine).join('')
    after = page.next
  } while (after !== undefined)
}

function toResource(row: PersonRow): JsonObject {
  const meta = {
    resourceType: 'User',
    created: row.created_at.toISOString(),
    lastModified: row.updated_at.toISOString(),
  }
  // Whoever was deleted has no resource any more, and our id still names the account.
  const id = row.scim_id ?? formatTypeId('usr', row.id)
  return { ...parseStored(row), id, active: row.state === 'pending' || row.state === 'active', meta }
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
