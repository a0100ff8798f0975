import { isDeepStrictEqual } from 'node:util'
import type { Expectation } from './transcript.ts'

/** An answer as the player reads it. `body` is undefined when the text is no JSON. */
export type PlayedAnswer = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: unknown
}

/** What of an answer is not as expected; undefined when everything is. */
export function checkExpectation(expectation: Expectation, answer: PlayedAnswer): string | undefined {
  if (expectation.header !== undefined) return checkHeader(expectation.header, expectation, answer)
  if (expectation.lacks_text !== undefined && answer.text.includes(expectation.lacks_text))
    return `holds the text ${JSON.stringify(expectation.lacks_text)}`
  if (expectation.lacks_key !== undefined && hasKey(answer.body, expectation.lacks_key))
    return `holds the key ${JSON.stringify(expectation.lacks_key)}`
  if (expectation.no_null === true && holdsNull(answer.body)) return 'holds a null'
  if (expectation.no_body === true && answer.text !== '') return `has a body: ${answer.text.slice(0, 200)}`
  if (expectation.path === undefined) return undefined
  const name = `${expectation.namespace === undefined ? '' : `${expectation.namespace}|`}${expectation.path}`
  const found = readPath(answer.body, name)
  const failed = findFailure(expectation, found)
  return failed === undefined ? undefined : `${name} is ${JSON.stringify(found)}, expected ${failed}`
}

function checkHeader(name: string, expectation: Expectation, answer: PlayedAnswer): string | undefined {
  const value = answer.headers.get(name) ?? undefined
  const failed = findFailure(expectation, value)
  if (failed !== undefined) return `header ${name} is ${value}, expected ${failed}`
  if (expectation.equals_path === undefined) return undefined
  const wanted = readPath(answer.body, expectation.equals_path)
  return value === wanted ? undefined : `header ${name} is ${value}, ${expectation.equals_path} is ${String(wanted)}`
}

function findFailure(expectation: Expectation, found: unknown): string | undefined {
  const isEmpty = found === undefined || found === null || found === '' || (Array.isArray(found) && found.length === 0)
  const values = Array.isArray(found) ? found.map(String) : []
  const failures: readonly (readonly [unknown, boolean, string])[] = [
    [expectation.exists, expectation.exists === true ? found !== undefined : isEmpty, `exists ${expectation.exists}`],
    [expectation.equals, isDeepStrictEqual(found, expectation.equals), JSON.stringify(expectation.equals)],
    [expectation.equals_string, String(found) === expectation.equals_string, String(expectation.equals_string)],
    [
      expectation.not_equals_string,
      String(found) !== expectation.not_equals_string,
      `not ${expectation.not_equals_string}`,
    ],
    [expectation.type, typeName(found) === expectation.type, `a ${expectation.type}`],
    [
      expectation.length,
      Array.isArray(found) ? found.length === expectation.length : found === undefined && expectation.length === 0,
      `${expectation.length} elements`,
    ],
    [expectation.not_empty, !isEmpty, 'not empty'],
    [expectation.empty, isEmpty, 'empty'],
    [expectation.has_value, values.includes(String(expectation.has_value)), `with ${String(expectation.has_value)}`],
    [
      expectation.lacks_value,
      !values.includes(String(expectation.lacks_value)),
      `without ${String(expectation.lacks_value)}`,
    ],
    [expectation.contains, String(found).includes(String(expectation.contains)), `with "${expectation.contains}"`],
  ]
  return failures.find(([asked, holds]) => asked !== undefined && !holds)?.[2]
}

function typeName(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value
}

/** Reads `a.b[0].c`, `a[*].b` and `urn:…:User|manager|value`; `$` is the whole. Names are exact: what we emit is canonical. */
export function readPath(body: unknown, path: string): unknown {
  if (path === '$' || path === '') return body
  return readNames(
    body,
    path.split('|').flatMap((part) => (/^urn:/i.test(part) ? [part] : (part.match(/[^.[\]]+/g) ?? []))),
  )
}

function readNames(value: unknown, names: readonly string[]): unknown {
  const [name, ...rest] = names
  if (name === undefined) return value
  if (name === '*') return Array.isArray(value) ? value.map((element) => readNames(element, rest)) : undefined
  if (typeof value !== 'object' || value === null) return undefined
  return readNames(new Map(Object.entries(value)).get(name), rest)
}

function hasKey(value: unknown, key: string): boolean {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(value).some(([name, part]) => name.toLowerCase() === key.toLowerCase() || hasKey(part, key))
}

function holdsNull(value: unknown): boolean {
  if (value === null) return true
  return typeof value === 'object' && Object.values(value).some(holdsNull)
}
