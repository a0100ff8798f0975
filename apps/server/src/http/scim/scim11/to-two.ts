import { isJsonObject, type Json, type JsonObject } from '@rollcall/scim'
import { listOf } from './list-of.ts'
import { core11, enterprise11, enterprise20, group20, oktaGroup, patchOp20, user20 } from './urns.ts'

/** A resource of SCIM 1.1 as 2.0 knows it: other names of schemas, and of the manager's id. */
export function toResource20(body: JsonObject, path: string): JsonObject {
  const own = isGroups(path) ? group20 : user20
  const entries = Object.entries(body).flatMap(([name, value]): [string, Json | undefined][] => {
    if (name === oktaGroup) return []
    if (name === enterprise11) return [[enterprise20, toEnterprise20(value)]]
    if (name === 'schemas') return [[name, toSchemas20(value, own)]]
    return [[name, value]]
  })
  return Object.fromEntries(entries)
}

/** PATCH of SCIM 1.1 (its §3.3.2): a partial resource, whose `meta.attributes` names what is to go first. */
export function toPatch20(body: JsonObject, path: string): JsonObject {
  const { schemas: _, meta, ...attributes } = toResource20(body, path)
  const removed = namesOf(meta).map((name) => ({ op: 'remove', path: toPath20(name) }))
  const kept: [string, Json | undefined][] = []
  const deleted: JsonObject[] = []
  for (const [name, value] of Object.entries(attributes)) {
    const elements = listOf(value)
    if (elements === undefined) {
      kept.push([name, value])
      continue
    }
    const leaving = elements.filter(isLeaving)
    deleted.push(...leaving.flatMap((element) => toRemoval(name, element)))
    const staying = elements.filter((element) => !isLeaving(element))
    if (staying.length > 0) kept.push([name, staying])
  }
  const added = kept.length === 0 ? [] : [{ op: 'add', value: Object.fromEntries(kept) }]
  return { schemas: [patchOp20], Operations: [...removed, ...deleted, ...added] }
}

/** Names of schemas within filters, sortBy and attributes. */
export function toQuery20(query: string): string {
  if (!query.includes('urn')) return query
  const parameters = new URLSearchParams(query)
  for (const [name, value] of parameters) parameters.set(name, toPath20(value))
  return `?${parameters.toString()}`
}

function toPath20(text: string): string {
  return text.replaceAll(`${core11}:`, '').replaceAll(enterprise11, enterprise20)
}

function isGroups(path: string): boolean {
  return /^\/Groups(?:\/|\?|$)/.test(path)
}

function toSchemas20(value: Json | undefined, own: string): Json | undefined {
  const names = listOf(value)?.filter((name) => name !== oktaGroup)
  if (names === undefined) return value
  return names.map((name) => (name === core11 ? own : name === enterprise11 ? enterprise20 : name))
}

function toEnterprise20(value: Json | undefined): Json | undefined {
  if (!isJsonObject(value) || !isJsonObject(value['manager'])) return value
  const { managerId, ...rest } = value['manager']
  return { ...value, manager: managerId === undefined ? rest : { ...rest, value: managerId } }
}

function namesOf(meta: Json | undefined): readonly string[] {
  const names = isJsonObject(meta) ? listOf(meta['attributes']) : undefined
  return names?.filter((name) => typeof name === 'string') ?? []
}

function isLeaving(element: Json): element is JsonObject {
  return isJsonObject(element) && element['operation'] === 'delete'
}

/** By its value, else by its type: an element of a list has one or the other. */
function toRemoval(name: string, { value, type }: JsonObject): readonly JsonObject[] {
  const [key, wanted] = typeof value === 'string' ? ['value', value] : ['type', type]
  return typeof wanted === 'string' ? [{ op: 'remove', path: `${name}[${key} eq ${JSON.stringify(wanted)}]` }] : []
}
