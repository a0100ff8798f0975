import { isJsonArray, isJsonObject, type JsonObject, type Json } from '@rollcall/scim'

/** What says nothing of the person; `meta` changes with every write. */
const left = new Set(['schemas', 'meta'])

/**
 * A SCIM resource as columns, named as SCIM and Entra ID name attributes in paths: `name.givenName`,
 * `emails[type eq "work"].value`, `emails[primary eq true].value`,
 * `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value`. Lists are columns of
 * their own too.
 */
export function toScimColumns(resource: JsonObject): JsonObject {
  // Nothing is inherited, since the names are somebody else's.
  const columns = Object.create(null) as JsonObject
  for (const [name, value] of Object.entries(resource)) {
    if (left.has(name) || value === undefined) continue
    const isExtension = name.includes(':')
    if (isExtension && isJsonObject(value))
      for (const [own, each] of Object.entries(value)) put(columns, `${name}:${own}`, each)
    else put(columns, name, value)
  }
  return columns
}

function put(columns: JsonObject, path: string, value: Json | undefined): void {
  if (value === undefined) return
  if (isJsonObject(value)) return putMembers(columns, path, value)
  Reflect.set(columns, path, value)
  if (isJsonArray(value)) putByType(columns, path, value)
}

function putMembers(columns: JsonObject, path: string, value: JsonObject): void {
  for (const [name, each] of Object.entries(value))
    if (each !== undefined) Reflect.set(columns, `${path}.${name}`, each)
}

/** The first value of each type, and the primary one. */
function putByType(columns: JsonObject, path: string, values: readonly Json[]): void {
  const seen = new Set<string>()
  for (const value of values) {
    if (!isJsonObject(value)) continue
    for (const filter of filtersOf(value).filter((each) => !seen.has(each))) {
      seen.add(filter)
      putMembers(columns, `${path}[${filter}]`, value)
    }
  }
}

function filtersOf({ type, primary }: JsonObject): readonly string[] {
  return [
    ...(typeof type === 'string' && type !== '' ? [`type eq ${JSON.stringify(type)}`] : []),
    ...(primary === true ? ['primary eq true'] : []),
  ]
}
