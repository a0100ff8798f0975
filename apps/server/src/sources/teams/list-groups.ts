import { foldCase, isJsonArray, isJsonObject, type Json } from '@rollcall/scim'
import { findAnchorFlaw } from '../name-record.ts'

/** Of one person. */
const groupsMax = 1_000
const nameCharactersMax = 400

/** Names in a list, or in a text between separators; each once, whatever its case. */
export function listGroups(value: Json | undefined, separator: string | undefined): readonly string[] {
  const names = (isJsonArray(value) ? value : [value])
    .flatMap((item) => split(textOf(item), separator))
    .map((name) => name.trim())
    .filter((name) => name.length <= nameCharactersMax && findAnchorFlaw(foldCase(name)) === undefined)
  return [...new Map(names.map((name) => [foldCase(name), name])).values()].slice(0, groupsMax)
}

function split(text: string, separator: string | undefined): readonly string[] {
  return separator === undefined ? [text] : text.split(separator)
}

/** SCIM writes groups as objects with `display`. */
function textOf(item: Json | undefined): string {
  if (typeof item === 'string' || typeof item === 'number') return String(item)
  if (!isJsonObject(item)) return ''
  const { display, name, value } = item
  return [display, name, value].filter((part) => typeof part === 'string').find((part) => part !== '') ?? ''
}
