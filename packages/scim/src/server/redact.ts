import { type Json, type JsonObject, isJsonObject } from '../json.ts'
import type { Attribute } from '../schema/attribute.ts'
import type { Registry } from '../schema/registry.ts'

const hidden = '"***"'

/**
 * A request body as text with every writeOnly value replaced by "***", cut at `charactersMax`.
 *
 * Names count without regard to case and to the URN or attribute before them, in resources, PATCH operations and bulk
 * data alike. Work stops at the limit, so that a large body costs no more than a small one.
 */
export function redact(body: JsonObject, registry: Registry, charactersMax: number): string {
  const writer: Writer = { parts: [], room: charactersMax, secrets: secretsOf(registry).names }
  write(body, writer)
  const text = writer.parts.join('')
  return writer.room < 0 ? `${text.slice(0, charactersMax)}…` : text
}

type Writer = { readonly parts: string[]; room: number; readonly secrets: ReadonlySet<string> }

function write(value: Json | undefined, writer: Writer): void {
  if (writer.room < 0) return
  if (Array.isArray(value)) writeList(value, writer)
  else if (isJsonObject(value)) writeObject(value, writer)
  else put(JSON.stringify(typeof value === 'string' ? value.slice(0, writer.room + 1) : (value ?? null)), writer)
}

function writeList(list: readonly Json[], writer: Writer): void {
  put('[', writer)
  for (const [index, element] of list.entries()) {
    if (writer.room < 0) return
    if (index > 0) put(',', writer)
    write(element, writer)
  }
  put(']', writer)
}

function writeObject(object: JsonObject, writer: Writer): void {
  // A PATCH operation on `password` carries the secret as its value.
  const path = Object.entries(object).find(([name]) => name.toLowerCase() === 'path')?.[1]
  const isSecretValue = typeof path === 'string' && isSecret(path, writer)
  let separator = '{'
  for (const [name, value] of Object.entries(object)) {
    if (writer.room < 0) return
    put(`${separator}${JSON.stringify(name)}:`, writer)
    separator = ','
    if (isSecret(name, writer) || (isSecretValue && name.toLowerCase() === 'value')) put(hidden, writer)
    else write(value, writer)
  }
  put(separator === '{' ? '{}' : '}', writer)
}

function put(text: string, writer: Writer): void {
  writer.parts.push(text)
  writer.room -= text.length
}

function isSecret(name: string, writer: Writer): boolean {
  const last = name.slice(Math.max(name.lastIndexOf(':'), name.lastIndexOf('.')) + 1)
  return writer.secrets.has(last.trim().toLowerCase())
}

/** Whether a text of JSON may name a writeOnly attribute: true for every body that {@link redact} would change. */
export function mayNameSecret(text: string, registry: Registry): boolean {
  return secretsOf(registry).pattern.test(text)
}

type Secrets = { readonly names: ReadonlySet<string>; readonly pattern: RegExp }

const known = new WeakMap<Registry, Secrets>()

function secretsOf(registry: Registry): Secrets {
  const found = known.get(registry)
  if (found !== undefined) return found
  const names = [...registry.schemas.values()].flatMap((schema) => schema.attributes.flatMap(listSecrets))
  // An escape could spell a name in another way. `u`: the Kelvin sign is a k, as it is for toLowerCase.
  const pattern = new RegExp(
    [String.raw`\\u`, ...names.map((name) => name.replaceAll(/[^a-z0-9]/g, '.'))].join('|'),
    'iu',
  )
  const secrets = { names: new Set(names), pattern }
  known.set(registry, secrets)
  return secrets
}

function listSecrets(attribute: Attribute): readonly string[] {
  const own = attribute.mutability === 'writeOnly' ? [attribute.name.toLowerCase()] : []
  return [...own, ...attribute.subAttributes.flatMap(listSecrets)]
}
