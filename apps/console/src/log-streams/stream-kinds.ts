import type { RouteBody } from '@rollcall/admin-api'

type Body = RouteBody<'createAuditStream'>
export type StreamKind = Body['kind']

/** How one setting of a kind is asked for; its words are `setting.<kind>.<name>`. */
export type StreamField = {
  readonly name: string
  readonly type: 'text' | 'url' | 'number' | 'switch'
  readonly isNeeded?: boolean
  /** Shown in the empty field. */
  readonly example?: string
  readonly first?: boolean
}

/** What each kind of place needs to know, in the order in which people find it there. */
export const streamKinds: { readonly [kind in StreamKind]: readonly StreamField[] } = {
  http: [
    { name: 'url', type: 'url', isNeeded: true, example: 'https://' },
    { name: 'header', type: 'text', example: 'authorization' },
  ],
  splunk: [
    { name: 'url', type: 'url', isNeeded: true, example: 'https://splunk.example:8088/services/collector/event' },
    { name: 'index', type: 'text', example: 'main' },
  ],
  datadog: [
    { name: 'site', type: 'text', example: 'datadoghq.com' },
    { name: 'service', type: 'text', example: 'rollcall' },
    { name: 'tags', type: 'text', example: 'env:prod,team:it' },
    { name: 'url', type: 'url', example: 'https://' },
  ],
  s3: [
    { name: 'endpoint', type: 'url', isNeeded: true, example: 'https://s3.eu-central-1.amazonaws.com' },
    { name: 'region', type: 'text', isNeeded: true, example: 'eu-central-1' },
    { name: 'bucket', type: 'text', isNeeded: true },
    { name: 'accessKeyId', type: 'text', isNeeded: true },
    { name: 'prefix', type: 'text', example: 'rollcall/' },
    { name: 'everySeconds', type: 'number', example: '900' },
  ],
  syslog: [
    { name: 'host', type: 'text', isNeeded: true },
    { name: 'port', type: 'number', isNeeded: true, example: '6514' },
    { name: 'tls', type: 'switch', first: true },
  ],
}

export const kindNames = ['http', 'splunk', 'datadog', 's3', 'syslog'] as const satisfies readonly StreamKind[]

/** Kinds that cannot do without a secret, and the one that has none. */
export const secretOf: { readonly [kind in StreamKind]: 'needed' | 'optional' | 'none' } = {
  http: 'optional',
  splunk: 'needed',
  datadog: 'needed',
  s3: 'needed',
  syslog: 'none',
}

/** What was written into the fields, all of it as text but switches. */
export type Written = Readonly<Record<string, string | boolean>>

/** Settings as the fields show them. */
export function toWritten(kind: StreamKind, settings: Readonly<Record<string, unknown>>): Written {
  const written: Record<string, string | boolean> = {}
  for (const { name, type, first = false } of streamKinds[kind]) {
    const value = settings[name]
    if (type === 'switch') written[name] = typeof value === 'boolean' ? value : first
    else written[name] = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  }
  return written
}

/** The other way round; what is empty is left out. */
export function toSettings(kind: StreamKind, written: Written): Readonly<Record<string, string | number | boolean>> {
  const settings: Record<string, string | number | boolean> = {}
  for (const { name, type } of streamKinds[kind]) {
    const value = written[name]
    if (typeof value === 'boolean') settings[name] = value
    else if (value !== undefined && value.trim() !== '')
      settings[name] = type === 'number' ? Number(value) : value.trim()
  }
  return settings
}

/** Whether everything that a kind needs is there. */
export function isWhole(kind: StreamKind, written: Written): boolean {
  return streamKinds[kind].every(({ name, isNeeded }) => {
    const value = written[name]
    return isNeeded !== true || (typeof value === 'string' && value.trim() !== '')
  })
}
