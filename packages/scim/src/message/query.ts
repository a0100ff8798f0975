import { scimError } from '../errors.ts'

/** The query parameters that SCIM defines, by their names in lower case (RFC 7644 §3.4.2, RFC 9865 §2). */
const known: ReadonlySet<string> = new Set([
  'attributes',
  'excludedattributes',
  'filter',
  'sortby',
  'sortorder',
  'startindex',
  'count',
  'cursor',
])

/** The SCIM parameters of a URL; keys are in lower case. */
export type Query = ReadonlyMap<string, string>

const none: Query = new Map()

/**
 * Reads the SCIM parameters of a query string; names count without regard to case, others are ignored
 * (RFC 7644 §3.4.2), so that Entra's valueless `aadOptscim062020` passes.
 *
 * Lists given twice are joined; throws `invalidValue` for another parameter given twice with different values, and
 * for broken percent-encoding.
 */
export function parseQuery(text: string): Query {
  if (text === '') return none
  const query = new Map<string, string>()
  for (const pair of text.split('&')) {
    const equals = pair.indexOf('=')
    const name = decode(equals === -1 ? pair : pair.slice(0, equals)).toLowerCase()
    if (known.has(name)) addParameter(query, name, equals === -1 ? '' : decode(pair.slice(equals + 1)))
  }
  return query
}

function addParameter(query: Map<string, string>, name: string, value: string): void {
  const before = query.get(name)
  if (before === undefined || before === value) query.set(name, value)
  else if (name === 'attributes' || name === 'excludedattributes') query.set(name, `${before},${value}`)
  else throw scimError('invalidValue', `The parameter "${name}" is given twice with different values`)
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch (cause) {
    throw scimError('invalidValue', `"${text.slice(0, 100)}" is not well-formed percent-encoding`, { cause })
  }
}
