import { gzipSync } from 'node:zlib'
import type { JsonObject } from '@rollcall/scim'
import type { AuditStreamRow } from '../../db/queries/audit-streams.ts'
import { OutboundError, type OutboundFetch, type OutboundRequest } from '../../outbound-fetch.ts'
import type { OutboundTcp } from '../../outbound-tcp.ts'
import { signAws } from './aws-signature.ts'
import { toDatadog, toJsonLines, toSplunk, toSyslog, type Sent } from './payloads.ts'

export type Senders = { readonly outboundFetch: OutboundFetch; readonly outboundTcp: OutboundTcp }

export type Destination = Pick<AuditStreamRow, 'kind' | 'settings'> & {
  readonly organization: string
  /** In clear. */
  readonly secret: string | undefined
  /** Our name in what is sent. */
  readonly host: string
  readonly now: Date
}

const answerCharactersMax = 300

/** Hands events to the destination; returns when it has them. Throws OutboundError with words for an administrator. */
export async function sendEvents(senders: Senders, to: Destination, sent: readonly Sent[]): Promise<void> {
  if (to.kind === 'syslog') {
    const { host, port, tls } = to.settings
    await senders.outboundTcp({
      host: textOf(host),
      port: typeof port === 'number' ? port : 6514,
      tls: tls !== false,
      bytes: toSyslog(sent, to.host),
    })
    return
  }
  const { status, text } = await senders.outboundFetch(toRequest(to, sent))
  if (status >= 200 && status < 300) return
  throw new OutboundError(`It answered ${status}: ${text.slice(0, answerCharactersMax)}`)
}

function toRequest(to: Destination, sent: readonly Sent[]): OutboundRequest {
  const { kind, settings, secret = '', host } = to
  switch (kind) {
    case 'http': {
      const name = settings['header'] === undefined ? 'authorization' : textOf(settings['header'])
      const headers = { 'content-type': 'application/x-ndjson', ...(secret !== '' && { [name]: secret }) }
      return { url: textOf(settings['url']), method: 'POST', headers, body: toJsonLines(sent) }
    }
    case 'splunk': {
      const headers = { 'content-type': 'application/json', authorization: `Splunk ${secret}` }
      const body = toSplunk(sent, { host, index: optional(settings['index']) })
      return { url: textOf(settings['url']), method: 'POST', headers, body }
    }
    case 'datadog': {
      const site = optional(settings['site']) ?? 'datadoghq.com'
      const url = optional(settings['url']) ?? `https://http-intake.logs.${site}/api/v2/logs`
      const headers = { 'content-type': 'application/json', 'dd-api-key': secret }
      const service = optional(settings['service']) ?? 'rollcall'
      return {
        url,
        method: 'POST',
        headers,
        body: toDatadog(sent, { host, service, tags: optional(settings['tags']) }),
      }
    }
    case 's3':
      return toObject(to, sent)
    default:
      throw new Error(`No request for a stream of kind ${kind}`)
  }
}

/** One object a batch; its name tells organization, day and which events it holds. */
function toObject({ settings, secret = '', organization, now }: Destination, sent: readonly Sent[]): OutboundRequest {
  const [first, last] = [sent[0]?.event.sequence ?? 0, sent.at(-1)?.event.sequence ?? 0]
  const [day = ''] = now.toISOString().split('T')
  const prefix = optional(settings['prefix']) ?? ''
  const name = `${prefix}${day.replaceAll('-', '/')}/${organization}-${pad(first)}-${pad(last)}.jsonl.gz`
  const url = new URL(textOf(settings['endpoint']))
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${textOf(settings['bucket'])}/${name}`
  const body = gzipSync(toJsonLines(sent))
  const headers = signAws(
    { method: 'PUT', url, headers: { 'content-type': 'application/gzip' }, body },
    { accessKeyId: textOf(settings['accessKeyId']), secretAccessKey: secret, region: textOf(settings['region']) },
    now,
  )
  return { url: url.href, method: 'PUT', headers, body }
}

function pad(sequence: number): string {
  return String(sequence).padStart(12, '0')
}

function textOf(value: JsonObject[string]): string {
  return typeof value === 'string' ? value : ''
}

function optional(value: JsonObject[string]): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
