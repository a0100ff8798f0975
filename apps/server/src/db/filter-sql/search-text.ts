import { isJsonObject, type AttributeRef, type JsonObject } from '@rollcall/scim'
import type { DirectoryTable } from '../tables.ts'

// The names and addresses that co, sw and ew find through the trigram index; what stands here stands in search_text.
const userAttributes = new Map<string, readonly string[] | undefined>([
  ['userName', undefined],
  ['displayName', undefined],
  ['nickName', undefined],
  ['name', ['formatted', 'familyName', 'givenName', 'middleName', 'honorificPrefix', 'honorificSuffix']],
  ['emails', ['value']],
])
const teamAttributes = new Map<string, readonly string[] | undefined>([['displayName', undefined]])
const noAttributes = new Map<string, readonly string[] | undefined>()

function attributesOf(table: DirectoryTable['name']): ReadonlyMap<string, readonly string[] | undefined> {
  if (table === 'users') return userAttributes
  return table === 'teams' ? teamAttributes : noAttributes
}

/** The column search_text of a search document: every indexed value between line feeds. */
export function toSearchText(search: JsonObject, table: DirectoryTable['name']): string {
  const lines: string[] = []
  for (const [name, subAttributes] of attributesOf(table)) {
    const value = search[name]
    const elements: readonly unknown[] = Array.isArray(value) ? value : [value]
    for (const element of elements) lines.push(...listTexts(element, subAttributes))
  }
  return lines.length === 0 ? '' : `\n${lines.join('\n')}\n`
}

function listTexts(element: unknown, subAttributes: readonly string[] | undefined): readonly string[] {
  if (subAttributes === undefined) return typeof element === 'string' ? [element] : []
  if (!isJsonObject(element)) return []
  return subAttributes.map((name) => element[name]).filter((text) => typeof text === 'string')
}

/** Whether every value of the attribute stands in search_text. */
export function isInSearchText(ref: AttributeRef, table: DirectoryTable['name']): boolean {
  if (ref.schema !== undefined) return false
  const attributes = attributesOf(table)
  if (!attributes.has(ref.attribute.name)) return false
  const subAttributes = attributes.get(ref.attribute.name)
  if (subAttributes === undefined) return ref.subAttribute === undefined
  return ref.subAttribute !== undefined && subAttributes.includes(ref.subAttribute.name)
}
