import type { TargetValue } from '@rollcall/expressions'
import type { JsonObject } from '@rollcall/scim'
import type { PatchOperationInput } from '@rollcall/scim/client'
import type { DesiredAttributes } from '../../desired.ts'
import { type AttributePlace, printAttribute, printElement } from './attribute-place.ts'
import { keyOf, setAt, toDraft, valuesAt } from './draft-resource.ts'
import type { TargetProfile } from './profile.ts'
import { isSameValue, toWireValue } from './values.ts'

export type UpdateInput = {
  /** What was sent for certain; null: unknown. */
  readonly before: DesiredAttributes | null
  readonly after: DesiredAttributes
  /** As it was read; undefined: it was not. */
  readonly current: JsonObject | undefined
  readonly profile: TargetProfile
  readonly toPlace: (path: string) => AttributePlace
}

type Change = { readonly place: AttributePlace; readonly value: TargetValue }

/** The paths whose value may differ from what the app holds. */
export function listChanges({ before, after, profile, toPlace }: Omit<UpdateInput, 'current'>): readonly Change[] {
  return Object.entries(after)
    .filter(([path, value]) => before === null || !Object.hasOwn(before, path) || !isSameValue(before[path], value))
    .filter(([path]) => !profile.fixedAttributes.includes(path))
    .filter(([path]) => profile.keepsExternalId || path.toLowerCase() !== 'externalid')
    .map(([path, value]) => ({ place: toPlace(path), value: toWireValue(value, profile) }))
}

/** Whether the account must be read before it can be changed rightly. */
export function needsCurrent(input: Omit<UpdateInput, 'current'>): boolean {
  const { before, profile } = input
  if (profile.writes === 'put' || profile.usesVersions) return true
  const changes = listChanges(input)
  if (before === null && changes.some(({ value }) => isNothing(value))) return true
  const elements = changes.filter(({ place }) => place.element !== undefined)
  if (elements.length === 0) return false
  if (profile.lists === 'whole' || profile.patchForm === 'pathless') return true
  // Whether the element is there is known only where all that we manage of it was sent before.
  return profile.newElements === 'append' && elements.some(({ place }) => !isKnown(place, input))
}

function isKnown(place: AttributePlace, { before, toPlace, after }: Omit<UpdateInput, 'current'>): boolean {
  if (before === null) return false
  return samePaths(Object.keys(after), place, toPlace).every((path) => Object.hasOwn(before, path))
}

function samePaths(
  paths: readonly string[],
  { elementKey }: AttributePlace,
  toPlace: UpdateInput['toPlace'],
): readonly string[] {
  return paths.filter((path) => toPlace(path).elementKey === elementKey)
}

/** The fewest operations that lead from what is there to what should be; none: nothing differs. */
export function toOperations(input: UpdateInput): readonly PatchOperationInput[] {
  const changes = listChanges(input)
  const elements = changes.filter(({ place }) => place.element !== undefined)
  const plain = changes.filter(({ place }) => place.element === undefined)
  if (input.profile.patchForm === 'pathless') return toPathless(changes, input)
  return [
    ...(input.profile.patchForm === 'dotted' ? toDotted(plain, input) : toPlainOperations(plain, input)),
    ...(input.profile.lists === 'whole' ? toWholeLists(elements, input) : toElementOperations(elements, input)),
  ]
}

function toPlainOperations(changes: readonly Change[], input: UpdateInput): readonly PatchOperationInput[] {
  return changes.flatMap((change) => toPlainOperation(change, input))
}

/** Entra's own form: one operation whose value has paths for names; what is taken away stands alone. */
function toDotted(changes: readonly Change[], input: UpdateInput): readonly PatchOperationInput[] {
  const set = changes.filter(({ value }) => !isNothing(value))
  const value = Object.fromEntries(set.map((change) => [pathOf(change.place), change.value]))
  const removed = changes.filter((change) => isNothing(change.value))
  return [...(set.length === 0 ? [] : [{ op: 'replace' as const, value }]), ...toPlainOperations(removed, input)]
}

function pathOf(place: AttributePlace): string {
  return place.sub === undefined ? printAttribute(place) : `${printAttribute(place)}.${place.sub}`
}

function toPlainOperation({ place, value }: Change, { current }: UpdateInput): readonly PatchOperationInput[] {
  const path = pathOf(place)
  if (!isNothing(value)) return [isManager(place) ? toManager(place, value) : { op: 'replace', path, value }]
  const isThere = current === undefined || valuesAt(current, place).length > 0 || isComplexThere(current, place)
  return isThere ? [{ op: 'remove', path }] : []
}

function isManager({ schema, attribute, sub }: AttributePlace): boolean {
  return schema !== undefined && attribute.toLowerCase() === 'manager' && sub === 'value'
}

/** As a whole: some servers find no `value` in a manager who is not there yet. */
function toManager(place: AttributePlace, value: TargetValue): PatchOperationInput {
  return { op: 'replace', path: printAttribute(place), value: { value } }
}

/** A complex value without `value` in it, such as `name`. */
function isComplexThere(current: JsonObject, { schema, attribute, sub }: AttributePlace): boolean {
  if (sub !== undefined) return false
  const holder = schema === undefined ? current : current[keyOf(current, schema)]
  // Only whether it is there is asked.
  const found = (holder as JsonObject | undefined)?.[keyOf((holder ?? {}) as JsonObject, attribute)]
  return found !== undefined && found !== null && !(Array.isArray(found) && found.length === 0)
}

/** RFC 7644 §3.5.2: null and the empty list both mean that there is no value. */
function isNothing(value: TargetValue): boolean {
  return value === null || (Array.isArray(value) && value.length === 0)
}

function toElementOperations(changes: readonly Change[], input: UpdateInput): readonly PatchOperationInput[] {
  const groups = Map.groupBy(changes, ({ place }) => place.elementKey)
  return [...groups.values()].flatMap((group) => toOneElement(group, input))
}

function toOneElement(changes: readonly Change[], input: UpdateInput): readonly PatchOperationInput[] {
  const { after, toPlace, profile } = input
  const [first] = changes
  if (first === undefined) return []
  const { place } = first
  const wanted = samePaths(Object.keys(after), place, toPlace).map((path) => ({
    place: toPlace(path),
    value: toWireValue(after[path] ?? null, profile),
  }))
  const isThere = hasElement(place, input)
  if (wanted.every(({ value }) => isNothing(value))) return isThere ? [{ op: 'remove', path: printElement(place) }] : []
  if (isThere) return changes.map((change) => toSubOperation(change, 'replace'))
  const given = wanted.filter(({ value }) => !isNothing(value))
  if (profile.newElements === 'path') return given.map((change) => toSubOperation(change, 'add'))
  return [{ op: 'add', path: printAttribute(place), value: [buildElement(given)] }]
}

function toSubOperation({ place, value }: Change, op: 'add' | 'replace'): PatchOperationInput {
  const path = place.sub === undefined ? printElement(place) : `${printElement(place)}.${place.sub}`
  return isNothing(value) ? { op: 'remove', path } : { op, path, value }
}

/** What was read counts; else what we sent. */
function hasElement(place: AttributePlace, { current, before, toPlace }: UpdateInput): boolean {
  if (current !== undefined) {
    const draft = toDraft(current)
    return valuesAt(draft, { ...place, sub: place.element?.[0]?.name }).length > 0
  }
  return samePaths(Object.keys(before ?? {}), place, toPlace).some((path) => !isNothing(before?.[path] ?? null))
}

function buildElement(changes: readonly Change[]): TargetValue {
  const draft = {}
  for (const { place, value } of changes) setAt(draft, { ...place, schema: undefined, attribute: 'list' }, value)
  // One element was built under this name.
  return (draft as { readonly list: readonly [TargetValue] }).list[0]
}

function toWholeLists(changes: readonly Change[], input: UpdateInput): readonly PatchOperationInput[] {
  const draft = toDraft(input.current ?? {})
  for (const { place, value } of changes) setAt(draft, place, value)
  const places = new Map(changes.map(({ place }) => [printAttribute(place), place]))
  return [...places].map(([path, place]) => ({ op: 'replace', path, value: listAt(draft, place) }))
}

function listAt(draft: JsonObject, { schema, attribute }: AttributePlace): TargetValue {
  // What is in a draft is JSON without undefined.
  const holder = (schema === undefined ? draft : (draft[keyOf(draft, schema)] ?? {})) as JsonObject
  return (holder[keyOf(holder, attribute)] ?? []) as TargetValue
}

/** One operation whose value holds the changed attributes, lists whole. */
function toPathless(changes: readonly Change[], input: UpdateInput): readonly PatchOperationInput[] {
  if (changes.length === 0) return []
  const draft = toDraft(input.current ?? {})
  const value: Record<string, TargetValue> = {}
  for (const { place, value: wanted } of changes) {
    setAt(draft, place, wanted)
    const holder = holderIn(value, place)
    if (place.element !== undefined) holder[place.attribute] = listAt(draft, place)
    else if (place.sub === undefined) holder[place.attribute] = wanted
    else holder[place.attribute] = { ...complexIn(holder[place.attribute]), [place.sub]: wanted }
  }
  return [{ op: 'replace', value }]
}

function holderIn(value: Record<string, TargetValue>, { schema }: AttributePlace): Record<string, TargetValue> {
  if (schema === undefined) return value
  const made = complexIn(value[schema])
  value[schema] = made
  return made
}

function complexIn(value: TargetValue | undefined): Record<string, TargetValue> {
  // Only objects that were put there by `toPathless` stand in this place.
  return typeof value === 'object' && value !== null ? (value as Record<string, TargetValue>) : {}
}
