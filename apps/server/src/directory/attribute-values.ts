import { isJsonObject, type Json, type JsonObject, type ResourceType } from '@rollcall/scim'

/** The attribute that the path of a change is about: `name` of `name.givenName`; of an extension `urn:…:manager`. */
export function attributeOf(path: string, type: ResourceType): string {
  for (const { schema } of type.extensions.values()) {
    const prefix = `${schema.id}:`
    if (path.startsWith(prefix)) return prefix + firstName(path.slice(prefix.length))
  }
  return firstName(path)
}

function firstName(path: string): string {
  const end = path.indexOf('.')
  return end < 0 ? path : path.slice(0, end)
}

/** The steps from the resource to the value that a path names. */
function toSteps(path: string, type: ResourceType): readonly string[] {
  for (const { schema } of type.extensions.values()) {
    if (path === schema.id) return [path]
    const prefix = `${schema.id}:`
    if (path.startsWith(prefix)) return [schema.id, ...path.slice(prefix.length).split('.')]
  }
  return path.split('.')
}

export function readPath(resource: JsonObject, path: string, type: ResourceType): Json | undefined {
  let value: Json | undefined = resource
  for (const step of toSteps(path, type)) value = isJsonObject(value) ? value[step] : undefined
  return value
}

/** A copy with that value; undefined takes it away, and what holds nothing any more with it. */
export function writePath(
  resource: JsonObject,
  path: string,
  options: { readonly value: Json | undefined; readonly type: ResourceType },
): JsonObject {
  return writeSteps(resource, toSteps(path, options.type), options.value)
}

function writeSteps(target: JsonObject, steps: readonly string[], value: Json | undefined): JsonObject {
  const [step = '', ...rest] = steps
  const { [step]: present, ...others } = target
  const next = rest.length === 0 ? value : writeSteps(isJsonObject(present) ? present : {}, rest, value)
  const isEmpty = next === undefined || (rest.length > 0 && isJsonObject(next) && Object.keys(next).length === 0)
  if (isEmpty) return others
  return { ...target, [step]: next }
}
