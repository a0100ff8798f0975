import { isJsonArray, isJsonObject, type JsonObject, type Json } from '@rollcall/scim'

/** What says nothing of the person; `meta` changes with every write. */
const left = new Set(['schemas', 'meta'])

/**
 * A SCIM resource as columns, named as SCIM and Entra ID name attributes in paths: `name.givenName`,
 * `emails[type eq "work"].value`, `emails[primary eq true].value`,
 * `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value`. A list whose values have neither type nor
 * `primary` stays one.
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
  if (isJsonObject(value)) putMembers(columns, path, value)
  else if (!isJsonArray(value) || !putByType(columns, path, value)) Reflect.set(columns, path, value)
}

function putMembers(columns: JsonObject, path: string, value: JsonObject): void {
  for (const [name, each] of Object.entries(value))
    if (each !== undefined) Reflect.set(columns, `${path}.${name}`, each)
}

/** The first value of each type, and the primary one; false: the list has others, so that it must stay. */
function putByType(columns: JsonObject, path: string, values: readonly Json[]): boolean {
  if (values.length === 0) return false
  let areAllNamed = true
  const seen = new Set<string>()
  for (const value of values) {
    const filters = isJsonObject(value) ? filtersOf(value) : []
    areAllNamed &&= filters.length > 0
    for (const filter of filters.filter((each) => !seen.has(each))) {
      seen.add(filter)
      if (isJsonObject(value)) putMembers(columns, `${path}[${filter}]`, value)
    }
  }
  return areAllNamed
}

function filtersOf({ type, primary }: JsonObject): readonly string[] {
  return [
    ...(typeof type === 'string' && type !== '' ? [`type eq ${JSON.stringify(type)}`] : []),
    ...(primary === true ? ['primary eq true'] : []),
  ]
}
