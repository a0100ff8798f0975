import { hasAll, isObject, keyOf, parsePath, type Path, type Resource } from './attribute-path.ts'
import type { FakeQuirks } from './quirks.ts'
import { Refusal } from './refusal.ts'

type Operation = { readonly op: string; readonly path: string | undefined; readonly value: unknown }

/** The resource after a PATCH; all operations or none. Members are left to `member-patch.ts`. */
export function applyPatch(resource: Resource, operations: readonly Operation[], quirks: FakeQuirks): Resource {
  const draft = structuredClone(resource)
  for (const operation of operations) applyOperation(draft, operation, quirks)
  return draft
}

export function parseOperations(body: unknown, quirks: FakeQuirks): readonly Operation[] {
  const list = isObject(body) ? body[keyOf(body, 'Operations')] : undefined
  if (!Array.isArray(list)) throw new Refusal(400, 'There are no Operations', 'invalidSyntax')
  return list.map((item: unknown) => {
    if (!isObject(item) || typeof item['op'] !== 'string') throw new Refusal(400, 'No operation', 'invalidSyntax')
    const op = item['op']
    const isCapital = /^[A-Z]/.test(op)
    if (quirks.operationCase !== 'any' && isCapital !== (quirks.operationCase === 'capitalised'))
      throw new Refusal(400, `op "${op}" is not known`, 'invalidSyntax')
    const path = typeof item['path'] === 'string' ? item['path'] : undefined
    if (path === undefined && quirks.paths === 'required') throw new Refusal(400, 'path is missing', 'invalidPath')
    if (path !== undefined && quirks.paths === 'refused' && !/^members/i.test(path))
      throw new Refusal(400, 'path is not supported', 'invalidPath')
    return { op: op.toLowerCase(), path, value: item['value'] }
  })
}

function applyOperation(draft: Resource, { op, path, value }: Operation, quirks: FakeQuirks): void {
  if (path === undefined) {
    if (!isObject(value)) throw new Refusal(400, 'value must be an object', 'invalidValue')
    for (const [name, item] of Object.entries(value)) setWhole(draft, name, item, op, quirks)
    return
  }
  const parsed = parsePath(path)
  if (parsed.element !== undefined) {
    if (!quirks.hasElementPaths || quirks.replacesListsOnly)
      throw new Refusal(400, `"${path}" is no path that this server knows`, 'invalidPath')
    return applyToElements(draft, parsed, op, value)
  }
  applyAt(draft, parsed, { op, path, value }, quirks)
}

/** Without a path, names may be paths too, as Entra writes them. */
function setWhole(draft: Resource, name: string, item: unknown, op: string, quirks: FakeQuirks): void {
  if (/^urn:/i.test(name) && isObject(item)) {
    for (const [inner, value] of Object.entries(item))
      applyAt(
        draft,
        { schema: name, attribute: inner, element: undefined, sub: undefined },
        { op, path: name, value },
        quirks,
      )
    return
  }
  if (isObject(item)) {
    for (const [sub, value] of Object.entries(item))
      applyAt(draft, { schema: undefined, attribute: name, element: undefined, sub }, { op, path: name, value }, quirks)
    return
  }
  applyAt(draft, parsePath(name), { op, path: name, value: item }, quirks)
}

function holderOf(draft: Resource, { schema }: Path): Resource {
  if (schema === undefined) return draft
  const key = keyOf(draft, schema)
  const found = draft[key]
  if (isObject(found)) return found
  const made: Resource = {}
  draft[key] = made
  return made
}

function applyAt(draft: Resource, path: Path, { op, value }: Operation, quirks: FakeQuirks): void {
  const outer = holderOf(draft, path)
  const key = keyOf(outer, path.attribute)
  if (path.sub !== undefined) {
    const inner = isObject(outer[key]) ? outer[key] : {}
    outer[key] = inner
    const innerKey = keyOf(inner, path.sub)
    if (isNothing(op, value)) delete inner[innerKey]
    else inner[innerKey] = value
    return
  }
  if (isNothing(op, value)) delete outer[key]
  else if (op === 'add' && Array.isArray(outer[key])) {
    if (quirks.replacesListsOnly) throw new Refusal(400, `${path.attribute} can only be replaced`, 'invalidPath')
    outer[key] = [...outer[key], ...(Array.isArray(value) ? value : [value])]
  } else outer[key] = value
}

function applyToElements(draft: Resource, path: Path, op: string, value: unknown): void {
  const outer = holderOf(draft, path)
  const key = keyOf(outer, path.attribute)
  const list: readonly unknown[] = Array.isArray(outer[key]) ? outer[key] : []
  const { sub, element = [] } = path
  const chosen = list.filter((item) => hasAll(item, element, false))
  // RFC 7644 §3.5.2.3: a value path that finds nothing is noTarget.
  if (chosen.length === 0 && op !== 'remove') throw new Refusal(400, `${path.attribute}[…] finds nothing`, 'noTarget')
  if (op === 'remove' && sub === undefined) {
    outer[key] = list.filter((item) => !chosen.includes(item))
    return
  }
  for (const item of chosen) {
    if (!isObject(item)) continue
    if (op === 'remove') delete item[keyOf(item, sub ?? '')]
    else if (sub === undefined && isObject(value)) Object.assign(item, value)
    else item[keyOf(item, sub ?? 'value')] = value
  }
}

/** RFC 7643 §2.5: null and the empty list are the same as no value. */
function isNothing(op: string, value: unknown): boolean {
  return op === 'remove' || value === null || (Array.isArray(value) && value.length === 0)
}
