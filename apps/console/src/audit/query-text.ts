/** Fields of the query language, by the name that people here use. */
const fields = [
  'action',
  'actor',
  'user',
  'team',
  'target',
  'kind',
  'event',
  'verb',
  'result',
  'key',
  'connection',
  'ip',
  'request',
  'method',
  'status',
  'scim',
  'created',
] as const

/** Values of fields that have few. */
const values: { readonly [field: string]: readonly string[] } = {
  result: ['success', 'failure'],
  event: ['"Access Management"', 'Authentication', 'Request'],
  verb: ['created', 'modified', 'deleted', 'login', 'accessed'],
  kind: ['user', 'team', 'role', 'key', 'connection', 'identity_provider'],
  action: [
    'external_identity.*',
    'external_group.*',
    'user.*',
    'team.*',
    'role.*',
    'key.*',
    'session.*',
    'api.refused',
  ],
}

const shownMax = 8

/** Whole queries that the last word of this one may become. */
export function completeQuery(text: string): readonly string[] {
  const word = /[^\s()]*$/.exec(text)?.[0] ?? ''
  const before = text.slice(0, text.length - word.length)
  const [, minus = '', field, value] = /^(-?)([a-z]+):(.*)$/.exec(word) ?? []
  if (field !== undefined && value !== undefined)
    return (values[field] ?? [])
      .filter((each) => each.startsWith(value) && each !== value)
      .map((each) => `${before}${minus}${field}:${each}`)
      .slice(0, shownMax)
  const name = word.replace(/^-/, '')
  const sign = word.startsWith('-') ? '-' : ''
  return fields
    .filter((each) => each.startsWith(name))
    .map((each) => `${before}${sign}${each}:`)
    .slice(0, shownMax)
}

/** The term as it is added to what is asked already, once. */
export function withTerm(query: string, term: string): string {
  const words = query.trim()
  return words.split(/\s+/).includes(term) ? words : `${words} ${term}`.trim()
}

/** A value between quotes where it has signs of the language in it. */
export function quoted(value: string): string {
  return /[\s():|"*]/.test(value) ? `"${value.replaceAll('"', '')}"` : value
}

/** Where the server found the mistake, from 0. */
export function mistakePlace(message: string): number | undefined {
  const [, position] = /^At character (\d+) of the query/.exec(message) ?? []
  return position === undefined ? undefined : Number(position) - 1
}
