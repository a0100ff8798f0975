import { isJsonObject, type JsonObject, type Json } from '@rollcall/scim'

const depthMax = 10

/** Values of a record by their paths, joined by dots; lists stay as they are. */
export function flatten(record: JsonObject): JsonObject {
  // Nothing is inherited, since the names are somebody else's.
  const flat = Object.create(null) as JsonObject
  collect(flat, record, '', 0)
  return flat
}

function collect(flat: JsonObject, record: JsonObject, prefix: string, depth: number): void {
  for (const [name, value] of Object.entries(record)) {
    const path = prefix + name
    if (isJsonObject(value) && depth < depthMax) collect(flat, value, `${path}.`, depth + 1)
    else if (value !== undefined) Reflect.set(flat, path, value)
  }
}

/** What stands at a path of names joined by dots; undefined: nothing. */
export function valueAt(document: Json, path: string | undefined): Json | undefined {
  if (path === undefined) return document
  let value: Json | undefined = document
  for (const name of path.split('.')) {
    if (!isJsonObject(value) || !Object.hasOwn(value, name)) return undefined
    value = value[name]
  }
  return value
}
