import type { TargetValue } from '@rollcall/expressions'
import { isSecretName, redactValue } from '../../telemetry/redact.ts'
import type { Exchange } from '../targets/target.ts'
import type { LogDetail } from './log-row.ts'

/** What Microsoft Entra ID writes in the place of a value that Redact() hides. */
export const redactMark = '[Redact]'

/** Of a body, request or answer: so much of it is kept. */
const bodyCharactersMax = 8_192
/** Shorter values stand by chance in the midst of other words: they are replaced only where they stand alone. */
const insideCharactersMin = 3
/** Expressions within expressions: what a mapping may nest, and what stands around it. */
const levelsMax = 100

/**
 * A detail as it may be stored: values of redacted attributes are gone wherever they stand (in the request, in the answer
 * that repeats them, in the query that looked for them), and so is whatever has the name or the shape of a secret.
 */
export function redactDetail(
  detail: LogDetail,
  redactedPaths: readonly string[],
  redactedValues: readonly TargetValue[] = [],
): LogDetail {
  const secrets = (detail.modified ?? []).map(({ name }) => name).filter(isSecretName)
  const paths = new Set([...redactedPaths, ...secrets])
  const hidden = (detail.modified ?? []).filter(({ name }) => paths.has(name))
  const changed = hidden.flatMap(({ before, after }) => [before, after])
  const values = new Set([...changed, ...redactedValues].flatMap(textsOf))
  const modified = detail.modified?.map((each) => (paths.has(each.name) ? blank(each) : each))
  const exchanges = detail.exchanges?.map(trimExchange)
  const shown: LogDetail = { ...detail, ...(modified && { modified }), ...(exchanges && { exchanges }) }
  // A copy of the same shape: only texts in it differ.
  return redactValue(values.size === 0 ? shown : replaceValues(shown, values), levelsMax) as LogDetail
}

/**
 * The text of a redacted detail. Most details hold nothing that could be a secret, and that is seen in their text much faster
 * than by a look at each of their values.
 */
export function printRedacted(
  detail: LogDetail,
  redactedPaths: readonly string[],
  redactedValues: readonly TargetValue[],
): string {
  const mayBePlain = redactedPaths.length === 0 && redactedValues.length === 0 && detail.exchanges === undefined
  const text = mayBePlain ? JSON.stringify(detail) : undefined
  if (text !== undefined && holdsNoSecret(text)) return text
  return JSON.stringify(redactDetail(detail, redactedPaths, redactedValues))
}

/** Nothing in this JSON has the name or the shape of a secret: `redactDetail` would leave it as it is. */
export function holdsNoSecret(json: string): boolean {
  return !mayHoldSecret.test(json)
}

// True for every text in which redactValue would change something: names of secrets, and beginnings of their shapes.
const mayHoldSecret =
  /rc_|eyJ|whsec_|-----BEGIN|:\/\/[^\s/]*@|(?:Bearer|Basic|SSWS)\s|passw|passphrase|secret|token|authorization|cookie|api[-_ ]?key|private[-_ ]?key|encryption[-_ ]?key|saml[-_ ]?response|credential|bearer/i

/** What an app said, without the values that mappings redact: it may repeat what it was sent. */
export function hideValues(text: string, values: readonly TargetValue[]): string {
  return replaceInText(text, new Set(values.flatMap(textsOf)))
}

function blank<Property extends { readonly before: TargetValue; readonly after: TargetValue }>(
  each: Property,
): Property {
  return { ...each, before: each.before === null ? null : redactMark, after: each.after === null ? null : redactMark }
}

function trimExchange(exchange: Exchange): Exchange {
  const { requestBody, responseBody } = exchange
  const isLong = requestBody !== undefined && JSON.stringify(requestBody).length > bodyCharactersMax
  return {
    ...exchange,
    requestBody: isLong ? { truncated: JSON.stringify(requestBody).slice(0, bodyCharactersMax) } : requestBody,
    responseBody: responseBody?.slice(0, bodyCharactersMax),
  }
}

/** Every text and number inside of a value; yes and no betray nothing and stand everywhere. */
function textsOf(value: TargetValue): readonly string[] {
  if (typeof value === 'string') return value === '' ? [] : [value]
  if (typeof value === 'number') return [String(value)]
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(textsOf)
}

function replaceValues(item: unknown, values: ReadonlySet<string>): unknown {
  if (typeof item === 'string') return replaceInText(item, values)
  if (typeof item === 'number') return values.has(String(item)) ? redactMark : item
  if (typeof item !== 'object' || item === null) return item
  if (Array.isArray(item)) return item.map((each) => replaceValues(each, values))
  return Object.fromEntries(Object.entries(item).map(([name, each]) => [name, replaceValues(each, values)]))
}

function replaceInText(text: string, values: ReadonlySet<string>): string {
  if (values.has(text)) return redactMark
  let rest = text
  for (const value of values) {
    if (value.length < insideCharactersMin) continue
    // A body is JSON, a path is encoded: there the value may be written in another way.
    for (const written of [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)])
      rest = rest.replaceAll(written, redactMark)
  }
  return rest
}
