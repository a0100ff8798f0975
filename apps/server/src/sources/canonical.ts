import { hash } from 'node:crypto'
import { isJsonObject, type JsonObject, type Json } from '@rollcall/scim'

// 132 bits: two records of one person never share them by chance.
const hashCharacters = 22

/** A record as it is stored and compared: JSON with its keys in order, whatever order the source has them in today. */
export function toCanonical(record: JsonObject): string {
  const names = Object.keys(record).sort()
  let text = '{'
  for (const name of names) {
    const value = record[name]
    if (value === undefined) continue
    if (text.length > 1) text += ','
    text += `${JSON.stringify(name)}:${toText(value)}`
  }
  return `${text}}`
}

function toText(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (isJsonObject(value)) return toCanonical(value)
  return `[${value.map(toText).join()}]`
}

export function hashOf(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, hashCharacters)
}
