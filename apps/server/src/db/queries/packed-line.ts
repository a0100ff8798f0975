import { nothing } from '../copy-text.ts'
import { toArrayText } from './array-text.ts'
import type { RequestLogRow } from './request-log.ts'

/** What stands between the lines of a pack, between the fields of a line, and for null: no value holds any of them. */
export const lineEnd = '\u001E'
const fieldEnd = '\u001F'
const absent = '\u001D'

const special = /[\\\n\r\t\u001D-\u001F]/
const specials = /[\\\n\r\t\u001D-\u001F]/g
const written: ReadonlyMap<string, string> = new Map([
  ['\\', String.raw`\\`],
  ['\n', String.raw`\n`],
  ['\r', String.raw`\r`],
  ['\t', String.raw`\t`],
])

/** A read that was answered with 200, of which nothing else was kept: the only lines that are packed. */
export type PackedRead = RequestLogRow & { readonly connectionId: string; readonly keyId: string }

export function isPacked(row: RequestLogRow): row is PackedRead {
  if (row.status !== 200 || row.method !== 'GET' || row.keyId === null || row.connectionId === null) return false
  const isBare = row.detail === null && row.scimType === null && row.changes === null
  return isBare && row.requestBody === null && row.responseBody === null
}

/** Which of the possible lines packs hold, for whoever looks for some of them. */
export function mayBePacked(query: {
  readonly status: number | undefined
  readonly statusClass: number | undefined
  readonly failed: boolean | undefined
  readonly method: string | undefined
}): boolean {
  const { status = 200, statusClass = 2, failed = false, method = 'GET' } = query
  return status === 200 && statusClass === 2 && !failed && method === 'GET'
}

/** A line of a pack as COPY reads it; organization, connection and key stand in the pack. */
export function toPackedLine(row: RequestLogRow): string {
  const asked = `${row.id}\u001F${row.at.getTime()}\u001F${toField(row.client)}\u001F${row.ip ?? absent}\u001F${toField(row.path)}`
  const what = `${toField(row.resourceType)}\u001F${toField(row.resourceId)}\u001F${toField(row.externalId)}`
  return `${asked}\u001F${what}\u001F${row.durationUs}\u001F${row.rules.length === 0 ? '{}' : toField(toArrayText(row.rules))}`
}

/** The same for COPY and for a pack, but for what a pack stands apart by: nobody sends it, and it becomes U+FFFD. */
function toField(value: string | null): string {
  if (value === null) return absent
  return special.test(value) ? value.replace(specials, (character) => written.get(character) ?? '\uFFFD') : value
}

/** A line of a pack as a line of `request_log`, see `toLogText`. */
export function toSingleLine(
  pack: { readonly organizationId: string; readonly connectionId: string; readonly keyId: string },
  line: string,
): string {
  const fields = line.split(fieldEnd).map((field) => (field === absent ? nothing : field))
  const [id = '', ms, client, ip, path, type, resourceId, externalId, duration, rules] = fields
  const who = [pack.organizationId, id, new Date(Number(ms)).toISOString(), pack.connectionId, pack.keyId]
  const asked = [client, ip, 'GET', path, type, resourceId, externalId]
  return [...who, ...asked, 200, nothing, nothing, duration, rules, nothing, nothing, nothing].join('\t')
}

/** The fields of a line of a pack, as an array. */
export function fieldsOf(line: string): string {
  return `string_to_array(${line}, '${fieldEnd}', '${absent}')`
}

/** The lines of the pack `p` as rows like those of `request_log`. */
export const unpacked = `(
  select p.organization_id, f[1]::uuid as id, timestamptz 'epoch' + f[2]::bigint * interval '1 millisecond' as at,
    p.connection_id, p.key_id, f[3] as client, f[4] as ip, 'GET' as method, f[5] as path, f[6] as resource_type,
    f[7] as resource_id, f[8] as external_id, 200::smallint as status, null::text as scim_type, null::text as detail,
    f[9]::integer as duration_us, f[10]::text[] as rules, null::jsonb as changes, null::text as request_body,
    null::text as response_body
  from string_to_table(p.lines, '${lineEnd}') line, ${fieldsOf('line')} f)`

/** The line with the fields `f`, without what is personal in the request. */
export const scrubbedLine = `array_to_string(
  f[1:4] || array['', f[6], f[7], null] || f[9:10], '${fieldEnd}', '${absent}')`
