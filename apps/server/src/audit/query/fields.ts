import type { AuditFilter, Comparison } from '../../db/queries/audit-filter.ts'
import { toTerm } from '../terms.ts'
import { AuditQueryError } from './tokens.ts'

type Field = {
  readonly names: readonly string[]
  /** `*` at the end of a value stands for any ending. */
  readonly takesPrefix?: true
  readonly takesRange?: true
  toFilter(value: FieldValue): AuditFilter
}

export type FieldValue = {
  readonly text: string
  readonly operator: Comparison
  readonly isPrefix: boolean
  readonly position: number
}

/** One of the terms that an event is found by; they are stored under the first name. */
const term = (field: string, ...others: readonly string[]): Field => ({
  names: [field, ...others],
  toFilter: ({ text }) => ({ kind: 'terms', terms: [toTerm(field, text)] }),
})

/**
 * Everything that can be asked for; the names behind the first one are those of Datadog and GitHub. docs/guides/audit-log.md
 * says what each is.
 */
export const queryFields: readonly Field[] = [
  {
    names: ['action', 'operation_name'],
    takesPrefix: true,
    toFilter: ({ text, isPrefix }) => ({ kind: 'action', value: text.toLowerCase(), isPrefix }),
  },
  term('user', '@usr.email', '@usr.id', '@usr.name'),
  term('actor', '@actor'),
  term('team', 'group'),
  term('target', '@asset.id'),
  {
    names: ['kind', '@asset.type'],
    toFilter: ({ text }) => ({ kind: 'terms', terms: [toTerm('kind', assetTypes.get(text) ?? text)] }),
  },
  term('event', '@evt.name'),
  term('verb', '@action'),
  { names: ['result', '@status'], toFilter: toResult },
  term('key', '@metadata.api_key.id'),
  term('connection'),
  term('ip', 'actor_ip', '@network.client.ip', '@client.ip'),
  term('request', 'request_id', '@http.request_id'),
  term('method', '@http.method'),
  term('status', '@http.status_code'),
  term('scim', 'scim_id'),
  {
    names: ['created', 'at', '@timestamp'],
    takesRange: true,
    toFilter: ({ text, operator, position }) => toTime(text, operator, position),
  },
  {
    names: ['sequence'],
    takesRange: true,
    toFilter: ({ text, operator, position }) => {
      if (!/^\d{1,15}$/.test(text)) throw new AuditQueryError(position, `"${text}" is no number of an event`)
      return { kind: 'sequence', operator, value: Number(text) }
    },
  },
]

const byName = new Map(queryFields.flatMap((field) => field.names.map((name) => [name, field] as const)))
// As Datadog calls what is called otherwise here.
const assetTypes = new Map([
  ['application_key', 'key'],
  ['api_key', 'key'],
  ['public_api_key', 'key'],
])

export function findField(name: string): Field | undefined {
  return byName.get(name.toLowerCase())
}

function toResult({ text, position }: FieldValue): AuditFilter {
  if (text !== 'success' && text !== 'failure')
    throw new AuditQueryError(position, `"${text}" is no result; there are success and failure`)
  return { kind: 'result', value: text }
}

const dayMs = 86_400_000
const dateOnly = /^\d{4}-\d{2}-\d{2}$/
const dateTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2})$/

/** A date stands for the whole day in UTC. */
function toTime(text: string, operator: Comparison, position: number): AuditFilter {
  const isDate = dateOnly.test(text)
  const start = isDate || dateTime.test(text) ? new Date(text) : undefined
  if (start === undefined || Number.isNaN(start.getTime()))
    throw new AuditQueryError(position, `"${text}" is no date like 2026-11-21 and no time like 2026-11-21T09:30:00Z`)
  const end = new Date(start.getTime() + (isDate ? dayMs : 0))
  if (operator === '=' && isDate)
    return {
      kind: 'and',
      parts: [
        { kind: 'at', operator: '>=', value: start },
        { kind: 'at', operator: '<', value: end },
      ],
    }
  if (isDate && operator === '>') return { kind: 'at', operator: '>=', value: end }
  if (isDate && operator === '<=') return { kind: 'at', operator: '<', value: end }
  return { kind: 'at', operator, value: start }
}
