import { Refusal } from './refusal.ts'

export type Resource = Record<string, unknown>

/** `urn:…:User:manager.value`, `emails[type eq "work"].value`, `userName`: the steps down to the value. */
export type Path = {
  readonly schema: string | undefined
  readonly attribute: string
  readonly element: readonly Comparison[] | undefined
  readonly sub: string | undefined
}

export type Comparison = { readonly path: string; readonly value: unknown }

const pathForm = /^(?:(urn:[^[\]]*):)?([A-Za-z$][\w$-]*)(?:\[(.*)\])?(?:\.([A-Za-z$][\w$-]*))?$/

export function parsePath(text: string): Path {
  const found = pathForm.exec(text)
  if (found === null) throw new Refusal(400, `"${text}" is no path`, 'invalidPath')
  const [, schema, attribute = '', filter, sub] = found
  return { schema, attribute, element: filter === undefined ? undefined : parseComparisons(filter), sub }
}

/** `a eq 1 and b[c eq "x"]`: all that these tests need. */
export function parseComparisons(text: string): readonly Comparison[] {
  return splitAnd(text).map((part) => {
    const element = /^\s*([^\s[]+\[.*\])\s*$/.exec(part)
    if (element !== null) return { path: element[1] ?? '', value: undefined }
    const found = /^\s*([^\s[]+(?:\[.*?\])?(?:\.\w+)?)\s+eq\s+(.+?)\s*$/i.exec(part)
    if (found === null) throw new Refusal(400, `"${part}" is no filter that this server knows`, 'invalidFilter')
    return { path: found[1] ?? '', value: parseLiteral(found[2] ?? '') }
  })
}

/** At each ` and ` that stands in no text and in no brackets. */
function splitAnd(text: string): readonly string[] {
  const parts: string[] = []
  let start = 0
  let depth = 0
  let isQuoted = false
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]
    if (isQuoted && character === '\\') at += 1
    else if (character === '"') isQuoted = !isQuoted
    else if (!isQuoted && character === '[') depth += 1
    else if (!isQuoted && character === ']') depth -= 1
    else if (!isQuoted && depth === 0 && text.slice(at, at + 5).toLowerCase() === ' and ') {
      parts.push(text.slice(start, at))
      start = at + 5
    }
  }
  return [...parts, text.slice(start)]
}

function parseLiteral(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Refusal(400, `${text} is no literal`, 'invalidFilter')
  }
}

/** Attribute names are compared without case (RFC 7643 §2.1). */
export function keyOf(holder: Resource, name: string): string {
  if (Object.hasOwn(holder, name)) return name
  const wanted = name.toLowerCase()
  return Object.keys(holder).find((key) => key.toLowerCase() === wanted) ?? name
}

export function isObject(value: unknown): value is Resource {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isEqual(left: unknown, right: unknown, isCaseExact: boolean): boolean {
  if (typeof left === 'boolean' || typeof right === 'boolean')
    return String(left).toLowerCase() === String(right).toLowerCase()
  if (typeof left !== 'string' || typeof right !== 'string') return left === right
  return isCaseExact ? left === right : left.toLowerCase() === right.toLowerCase()
}

/** Every value at a path, through lists. */
export function valuesAt(resource: Resource, path: Path, isCaseExact: boolean): readonly unknown[] {
  const holder = path.schema === undefined ? resource : resource[keyOf(resource, path.schema)]
  if (!isObject(holder)) return []
  const value = holder[keyOf(holder, path.attribute)]
  const all: readonly unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value]
  const chosen = path.element === undefined ? all : all.filter((item) => hasAll(item, path.element ?? [], isCaseExact))
  if (path.sub === undefined) return chosen.map((item) => (isObject(item) && 'value' in item ? item['value'] : item))
  return chosen.flatMap((item) => (isObject(item) ? [item[keyOf(item, path.sub ?? '')]] : []))
}

export function hasAll(item: unknown, comparisons: readonly Comparison[], isCaseExact: boolean): boolean {
  if (!isObject(item)) return false
  return comparisons.every(({ path, value }) => {
    // `emails[type eq "work" and value eq "x"]` speaks of one element.
    const element = /^([^[]+)\[(.*)\]$/.exec(path)
    if (element !== null) {
      const list = item[keyOf(item, element[1] ?? '')]
      const inner = parseComparisons(element[2] ?? '')
      return Array.isArray(list) && list.some((entry) => hasAll(entry, inner, isCaseExact))
    }
    return valuesAt(item, parsePath(path), isCaseExact).some((found) => isEqual(found, value, isCaseExact))
  })
}
