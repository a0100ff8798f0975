import type { Json, JsonObject } from '@rollcall/scim'
import { parentOf } from '../../ldap/distinguished-name.ts'
import { type LdapEntry, textOf } from '../../ldap/entry.ts'
import { type DirectorySource, stateAttributes } from './directory-source.ts'
import { isShown, toColumnValue } from './values.ts'

/** Lists by their nature, also while they have one value. */
const lists: ReadonlySet<string> = new Set([
  'objectclass',
  'memberof',
  'member',
  'uniquemember',
  'memberuid',
  'proxyaddresses',
  'directreports',
  'sidhistory',
])

/** MS-ADTS §2.2.16. */
const disabledBit = 2
/** draft-behera-ldap-password-policy §5.3.3: locked until an administrator says otherwise. */
const lockedForEver = '000001010000Z'

/** What an entry says, by the names that were asked for, else by those of the server. */
export function toColumns(entry: LdapEntry, source: DirectorySource): { [name: string]: Json } {
  const { idAttribute } = source
  const { named, asLists } = shapeOf(source)
  // Nothing is inherited, since the names are somebody else's.
  const columns = Object.create(null) as { [name: string]: Json }
  columns['dn'] = entry.dn
  columns['parentDn'] = parentOf(entry.dn)
  for (const [folded, { name, values }] of entry.attributes) {
    if (!isShown(folded, named)) continue
    const shown = values.map((value) => toColumnValue(folded, value)).filter((value) => value !== undefined)
    const [first] = shown
    if (first === undefined) continue
    columns[named.get(folded) ?? name] = asLists.has(folded) || shown.length > 1 ? shown.toSorted(compare) : first
  }
  const id = columns[idAttribute]
  if (typeof id === 'string') columns[idAttribute] = id.toLowerCase()
  const accountEnabled = isEnabled(entry, source)
  if (accountEnabled !== undefined) columns['accountEnabled'] = accountEnabled
  return columns
}

/** Servers give values of a list in any order, and another one is no change. */
function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

type Shape = { readonly named: ReadonlyMap<string, string>; readonly asLists: ReadonlySet<string> }

const shapes = new WeakMap<DirectorySource, Shape>()

/** Once for all entries of a read. */
function shapeOf(source: DirectorySource): Shape {
  const { pull, idAttribute, anchor } = source
  const names = [...(pull.attributes ?? []), ...pull.references, idAttribute, anchor]
  const shape = shapes.get(source) ?? {
    named: new Map(names.map((name) => [name.toLowerCase(), name])),
    asLists: new Set([...lists, ...pull.lists.map((name) => name.toLowerCase())]),
  }
  shapes.set(source, shape)
  return shape
}

function isEnabled(entry: LdapEntry, { pull: { flavour } }: DirectorySource): boolean | undefined {
  const said = textOf(entry, stateAttributes[flavour])
  switch (flavour) {
    case 'activeDirectory':
      return said === undefined ? undefined : (Number(said) & disabledBit) === 0
    case 'openldap':
      return said !== lockedForEver
    case 'other':
      return said?.toLowerCase() !== 'true'
    default:
      return flavour satisfies never
  }
}

/** What names the record of these columns. */
export function anchorOf(columns: JsonObject, { anchor }: DirectorySource): string | undefined {
  const value = columns[anchor]
  return (typeof value === 'string' && value.trim() !== '') || typeof value === 'number'
    ? String(value).trim()
    : undefined
}
