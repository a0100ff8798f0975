import type { AuditFilter, Comparison } from '../../db/queries/audit-filter.ts'
import { toTerm } from '../terms.ts'
import { AuditQueryError } from './tokens.ts'

type Field = {
  readonly names: readonly string[]
  readonly about: string
  readonly example: string
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

const term = (field: string) => (value: FieldValue) => ({ kind: 'terms', terms: [toTerm(field, value.text)] }) as const

/** Everything that can be asked for; the names behind the first one are those of Datadog and GitHub. */
export const queryFields: readonly Field[] = [
  {
    names: ['action', 'operation_name'],
    about: 'the name of the event',
    example: 'action:external_identity.*',
    takesPrefix: true,
    toFilter: ({ text, isPrefix }) => ({ kind: 'action', value: text.toLowerCase(), isPrefix }),
  },
  {
    names: ['user', '@usr.email', '@usr.id', '@usr.name'],
    about: 'the person it was done to: account id, userName, login, externalId, NameID, display name or mail address',
    example: 'user:ada@example.com',
    toFilter: term('user'),
  },
  {
    names: ['actor', '@actor'],
    about: 'who did it: a key, a person (id, userName, mail address), system',
    example: 'actor:key_01h4zpwq00e008000000000000',
    toFilter: term('actor'),
  },
  {
    names: ['team', 'group'],
    about: 'a team or pushed group, by id or name',
    example: 'team:"Site Reliability"',
    toFilter: term('team'),
  },
  {
    names: ['target', '@asset.id'],
    about: 'the id of whatever it was done to',
    example: 'target:con_01h4zpwq00e008000000000000',
    toFilter: term('target'),
  },
  {
    names: ['kind', '@asset.type'],
    about: 'what kind of thing it was done to',
    example: 'kind:(user OR role)',
    toFilter: (value) => term('kind')({ ...value, text: assetTypes.get(value.text) ?? value.text }),
  },
  {
    names: ['event', '@evt.name'],
    about: 'Access Management, Authentication or Request',
    example: '@evt.name:"Access Management"',
    toFilter: term('event'),
  },
  {
    names: ['verb', '@action'],
    about: 'created, modified, deleted, login or accessed',
    example: '@action:(created|deleted)',
    toFilter: term('verb'),
  },
  { names: ['result', '@status'], about: 'success or failure', example: 'result:failure', toFilter: toResult },
  {
    names: ['key', '@metadata.api_key.id'],
    about: 'the key that was used, by id',
    example: 'key:key_01h4zpwq00e008000000000000',
    toFilter: term('key'),
  },
  {
    names: ['connection'],
    about: 'the connection that it came through, by id',
    example: 'connection:con_01h4zpwq00e008000000000000',
    toFilter: term('connection'),
  },
  {
    names: ['ip', 'actor_ip', '@network.client.ip', '@client.ip'],
    about: 'where it came from',
    example: 'ip:192.0.2.7',
    toFilter: term('ip'),
  },
  {
    names: ['request', 'request_id', '@http.request_id'],
    about: 'the request that it was done by',
    example: 'request:req_01h4zpwq00e008000000000000',
    toFilter: term('request'),
  },
  {
    names: ['method', '@http.method'],
    about: 'the method of a SCIM request',
    example: 'method:PATCH',
    toFilter: term('method'),
  },
  {
    names: ['status', '@http.status_code'],
    about: 'the status of a SCIM request, or its class',
    example: 'status:4xx',
    toFilter: term('status'),
  },
  {
    names: ['scim', 'scim_id'],
    about: 'the SCIM id of a person or group',
    example: 'scim:2819c223-7f76-453a-919d-413861904646',
    toFilter: term('scim'),
  },
  {
    names: ['created', 'at', '@timestamp'],
    about: 'when it happened: a date or time of RFC 3339 in UTC, with >, >=, <, <= or two dots between two',
    example: 'created:2026-11-01..2026-11-21',
    takesRange: true,
    toFilter: ({ text, operator, position }) => toTime(text, operator, position),
  },
  {
    names: ['sequence'],
    about: 'the number of the event in its chain',
    example: 'sequence:>1000',
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
