import type { RouteAnswer } from '@rollcall/admin-api'

export type Place = RouteAnswer<'getSource'>['place']
export type Kind = Place['kind']
/** What is written of a place, by the path of each field; lists have a line each. */
export type Written = Readonly<Record<string, string>>

type Input = 'text' | 'number' | 'select' | 'area' | 'lines'

export type PlaceField = {
  /** Where it stands in the place. */
  readonly name: string
  /** Its label is `field.<word>` of the catalogue. */
  readonly word: string
  readonly input: Input
  readonly options?: readonly string[]
  /** What a field begins with. */
  readonly first?: string
  readonly isRequired?: boolean
  /** Folded away: few need it. */
  readonly isExtra?: boolean
  readonly example?: string
  /** Only where another field says so. */
  readonly when?: (written: Written) => boolean
  /** Without it there is nothing of the object that it stands in. */
  readonly leads?: string
}

const ca: PlaceField = { name: 'ca', word: 'ca', input: 'area', isExtra: true, example: '-----BEGIN CERTIFICATE-----' }
const isCsv = (written: Written): boolean => written['format'] !== 'jsonl'
const table: readonly PlaceField[] = [
  { name: 'format', word: 'format', input: 'select', options: ['csv', 'jsonl'], first: 'csv' },
  {
    name: 'csv.encoding',
    word: 'encoding',
    input: 'select',
    options: ['auto', 'utf-8', 'utf-16le', 'utf-16be', 'shift_jis', 'euc-kr', 'windows-1252'],
    first: 'auto',
    isExtra: true,
    when: isCsv,
  },
  {
    name: 'csv.delimiter',
    word: 'delimiter',
    input: 'select',
    options: ['auto', ',', ';', '\t', '|'],
    first: 'auto',
    isExtra: true,
    when: isCsv,
  },
  { name: 'csv.nullText', word: 'nullText', input: 'text', isExtra: true, example: 'NULL', when: isCsv },
  { name: 'csv.trailer.mark', word: 'trailer', input: 'text', isExtra: true, when: isCsv, leads: 'csv.trailer' },
]

const pagesBy =
  (...styles: readonly string[]) =>
  (written: Written): boolean =>
    styles.includes(written['paging.style'] ?? 'none')
const isSet =
  (name: string) =>
  (written: Written): boolean =>
    (written[name] ?? '') !== ''

const fieldTable: { readonly [kind in Kind]: readonly PlaceField[] } = {
  file: table,
  folder: [
    { name: 'path', word: 'path', input: 'text', first: '.', isRequired: true },
    { name: 'pattern', word: 'pattern', input: 'text', first: '*.csv', isRequired: true },
    ...table,
  ],
  url: [
    { name: 'url', word: 'url', input: 'text', isRequired: true, example: 'https://hr.example/people.csv' },
    ...table,
    ca,
  ],
  http: [
    { name: 'url', word: 'url', input: 'text', isRequired: true, example: 'https://hr.example/api/v1/employees' },
    { name: 'recordsAt', word: 'recordsAt', input: 'text', example: 'data.employees' },
    {
      name: 'paging.style',
      word: 'paging',
      input: 'select',
      options: ['none', 'page', 'offset', 'link', 'cursor'],
      first: 'none',
    },
    {
      name: 'paging.parameter',
      word: 'pageParameter',
      input: 'text',
      example: 'page',
      when: pagesBy('page', 'offset', 'cursor'),
    },
    { name: 'paging.nextAt', word: 'nextAt', input: 'text', example: 'meta.next', when: pagesBy('link', 'cursor') },
    {
      name: 'paging.sizeParameter',
      word: 'sizeParameter',
      input: 'text',
      example: 'limit',
      when: pagesBy('page', 'offset', 'link', 'cursor'),
    },
    {
      name: 'paging.size',
      word: 'pageSize',
      input: 'number',
      first: '100',
      when: pagesBy('page', 'offset', 'link', 'cursor'),
    },
    { name: 'totalAt', word: 'totalAt', input: 'text', isExtra: true, example: 'meta.total' },
    {
      name: 'delta.parameter',
      word: 'deltaParameter',
      input: 'text',
      isExtra: true,
      example: 'updatedSince',
      leads: 'delta',
    },
    {
      name: 'delta.format',
      word: 'deltaFormat',
      input: 'select',
      options: ['iso', 'epochSeconds', 'epochMilliseconds'],
      first: 'iso',
      isExtra: true,
      when: isSet('delta.parameter'),
    },
    { name: 'deletedAt', word: 'deletedAt', input: 'text', isExtra: true, example: 'terminatedAt' },
    ca,
  ],
  sql: [
    { name: 'host', word: 'host', input: 'text', isRequired: true, example: 'db.hr.example' },
    { name: 'port', word: 'port', input: 'number', first: '5432', isRequired: true },
    { name: 'database', word: 'database', input: 'text', isRequired: true },
    {
      name: 'query',
      word: 'query',
      input: 'area',
      isRequired: true,
      example: 'select id, mail, first_name, last_name from employees',
    },
    { name: 'key', word: 'sqlKey', input: 'text', isRequired: true, example: 'id' },
    { name: 'tls', word: 'tls', input: 'select', options: ['verify', 'off'], first: 'verify', isExtra: true },
    {
      name: 'delta.column',
      word: 'deltaColumn',
      input: 'text',
      isExtra: true,
      example: 'updated_at',
      leads: 'delta',
    },
    {
      name: 'delta.kind',
      word: 'deltaKind',
      input: 'select',
      options: ['time', 'number'],
      first: 'time',
      isExtra: true,
      when: isSet('delta.column'),
    },
    { name: 'deletedAt', word: 'deletedColumn', input: 'text', isExtra: true, example: 'left_at' },
    ca,
  ],
  ldap: [
    {
      name: 'flavour',
      word: 'flavour',
      input: 'select',
      options: ['activeDirectory', 'openldap', 'other'],
      first: 'activeDirectory',
    },
    { name: 'host', word: 'host', input: 'text', isRequired: true, example: 'dc1.corp.example' },
    { name: 'tls', word: 'ldapTls', input: 'select', options: ['ldaps', 'startTls', 'off'], first: 'ldaps' },
    { name: 'bases', word: 'bases', input: 'lines', isRequired: true, example: 'OU=People,DC=corp,DC=example' },
    { name: 'filter', word: 'ldapFilter', input: 'text', example: '(department=*)' },
    {
      name: 'groups.memberAttribute',
      word: 'groupMembers',
      input: 'select',
      options: ['', 'member', 'uniqueMember', 'memberUid'],
      first: '',
      isExtra: true,
      leads: 'groups',
    },
    {
      name: 'groups.bases',
      word: 'groupBases',
      input: 'lines',
      isExtra: true,
      example: 'OU=Groups,DC=corp,DC=example',
      when: isSet('groups.memberAttribute'),
    },
    { name: 'port', word: 'port', input: 'number', isExtra: true },
    { name: 'attributes', word: 'ldapAttributes', input: 'lines', isExtra: true },
    {
      name: 'delta',
      word: 'ldapDelta',
      input: 'select',
      options: ['auto', 'syncrepl', 'dirSync', 'usn', 'timestamps', 'none'],
      first: 'auto',
      isExtra: true,
    },
    ca,
  ],
  scim: [
    { name: 'url', word: 'scimUrl', input: 'text', isRequired: true, example: 'https://app.example/scim/v2' },
    { name: 'filter', word: 'scimFilter', input: 'text', isExtra: true, example: 'userType eq "Employee"' },
    { name: 'delta', word: 'scimDelta', input: 'select', options: ['auto', 'never'], first: 'auto', isExtra: true },
    ca,
  ],
  upload: [],
}

export const kinds: readonly Kind[] = ['file', 'folder', 'url', 'http', 'sql', 'ldap', 'scim', 'upload']

export function toKind(text: unknown): Kind | undefined {
  return kinds.find((kind) => kind === text)
}

/** The fields of a kind that are there with what is written. */
export function listFields(kind: Kind, written: Written): readonly PlaceField[] {
  return fieldTable[kind].filter(({ when }) => when === undefined || when(written))
}

export function firstWritten(kind: Kind): Written {
  return Object.fromEntries(fieldTable[kind].map(({ name, first = '' }) => [name, first]))
}

export function isWhole(kind: Kind, written: Written): boolean {
  return listFields(kind, written).every(
    ({ name, isRequired }) => isRequired !== true || (written[name] ?? '').trim() !== '',
  )
}

/** The fields of a place that there is. */
export function fromPlace(place: Place): Written {
  return Object.fromEntries(
    fieldTable[place.kind].map(({ name, first = '' }) => {
      const value = valueAt(place, name.split('.'))
      if (Array.isArray(value)) return [name, value.join('\n')]
      return [name, typeof value === 'string' || typeof value === 'number' ? String(value) : first]
    }),
  )
}

type Part = { [name: string]: unknown }

/** The place that is written; what no field says stays as it was in `before`. */
export function toPlace(kind: Kind, written: Written, before?: Place): Place {
  const place: Part = before?.kind === kind ? (structuredClone(before) as Part) : { kind }
  if (kind === 'http' && valueAt(place, ['paging', 'style']) !== written['paging.style']) delete place['paging']
  const shown = new Set(listFields(kind, written))
  for (const field of fieldTable[kind]) {
    const text = (written[field.name] ?? '').trim()
    const kept = field.name === 'csv.delimiter' ? (written[field.name] ?? '') : text
    if (kept === '' || !shown.has(field)) clearAt(place, field.name.split('.'))
    else setAt(place, field.name.split('.'), toValue(field, kept))
  }
  for (const { name, leads } of fieldTable[kind])
    if (leads !== undefined && (written[name] ?? '').trim() === '') clearAt(place, leads.split('.'))
  if (kind !== 'file' && kind !== 'folder' && kind !== 'url') return place as Place
  if (written['format'] === 'jsonl') delete place['csv']
  // Whatever is missing or wrong the server says at its field.
  return place as Place
}

function toValue({ input }: PlaceField, text: string): unknown {
  if (input === 'number') return Number(text)
  if (input !== 'lines') return text
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
}

function valueAt(part: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined) return part
  return isPart(part) ? valueAt(part[name], rest) : undefined
}

function setAt(part: Part, [name = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    part[name] = value
    return
  }
  const inner = part[name]
  const next: Part = isPart(inner) ? inner : {}
  part[name] = next
  setAt(next, rest, value)
}

function clearAt(part: Part, [name = '', ...rest]: readonly string[]): void {
  if (rest.length === 0) {
    delete part[name]
    return
  }
  const inner = part[name]
  if (!isPart(inner)) return
  clearAt(inner, rest)
  if (Object.keys(inner).length === 0) delete part[name]
}

function isPart(value: unknown): value is Part {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
