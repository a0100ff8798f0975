import { type AttributeChange, isJsonObject } from '@rollcall/scim'
import type { Mapped } from '../map/mapped.ts'

const masked = '***'

/** What the rules made of a record, without what nobody is shown. */
export function maskMapped(mapped: Mapped): unknown {
  const secret = new Set(mapped.secret ?? [])
  if (secret.size === 0) return mapped
  const hide = (values: unknown): unknown =>
    isJsonObject(values)
      ? Object.fromEntries(Object.entries(values).map(([name, value]) => [name, secret.has(name) ? masked : value]))
      : values
  const { userNames, references = {} } = mapped
  const named = Object.entries(references).map(([name, reference]) => {
    return [name, secret.has(name) ? { ...reference, value: masked } : reference] as const
  })
  return {
    ...mapped,
    ...(named.length > 0 && { references: Object.fromEntries(named) }),
    values: hide(mapped.values),
    ...(mapped.onCreate !== undefined && { onCreate: hide(mapped.onCreate) }),
    ...(mapped.ifEmpty !== undefined && { ifEmpty: hide(mapped.ifEmpty) }),
    ...(userNames !== undefined && secret.has('userName') && { userNames: userNames.map(() => masked) }),
  }
}

/** A text about a record in which values that nobody is shown may stand. */
export function maskText(text: string, values: readonly unknown[]): string {
  const texts = values.filter((value) => typeof value === 'string' && value !== '').map(String)
  return texts.reduce((hidden, value) => hidden.replaceAll(value, masked), text)
}

/** The values of a record that nobody is shown, as the rules made them. */
export function secretValuesOf({
  values,
  onCreate,
  ifEmpty,
  references,
  userNames,
  secret,
}: Mapped): readonly unknown[] {
  const names = userNames !== undefined && secret?.includes('userName') === true ? userNames : []
  const found = (secret ?? []).flatMap((name) => [
    ...[values, onCreate, ifEmpty].map((part) => (part !== undefined && Object.hasOwn(part, name) ? part[name] : null)),
    references?.[name]?.value,
  ])
  return [...names, ...found]
}

/** Changes of a person as they are stored, without what nobody is shown. */
export function maskChanges(differences: string | null, secret: readonly string[]): readonly AttributeChange[] {
  // We wrote them ourselves.
  const changes = differences === null ? [] : (JSON.parse(differences) as readonly Partial<AttributeChange>[])
  const roots = new Set(secret.map(rootOf))
  return changes.map(({ path = '', before = null, after = null }) =>
    roots.has(rootOf(path)) ? { path, before: masked, after: masked } : { path, before, after },
  )
}

/** `emails` of `emails[type eq "work"].value`; of an extension with its URN. */
function rootOf(path: string): string {
  const colon = path.startsWith('urn:') ? path.lastIndexOf(':') + 1 : 0
  return path.slice(0, colon) + (path.slice(colon).split(/[.[]/)[0] ?? '')
}
