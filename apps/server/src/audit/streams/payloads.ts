import type { JsonObject } from '@rollcall/scim'
import type { AuditEvent } from '../view-event.ts'

/** An event with what the stream sends of it. */
export type Sent = { readonly event: AuditEvent; readonly body: JsonObject }

export function toJsonLines(sent: readonly Sent[]): string {
  return sent.map(({ body }) => `${JSON.stringify(body)}\n`).join('')
}

/** What Splunk's HTTP Event Collector takes: objects one behind the other. */
export function toSplunk(
  sent: readonly Sent[],
  { host, index }: { readonly host: string; readonly index: string | undefined },
): string {
  return sent
    .map(({ event, body }) =>
      JSON.stringify({
        time: Date.parse(event.at) / 1000,
        host,
        source: 'rollcall',
        sourcetype: 'rollcall:audit',
        ...(index !== undefined && { index }),
        event: body,
      }),
    )
    .join('\n')
}

/** What Datadog's log intake takes; the names are those that its audit trail gives to the same things. */
export function toDatadog(
  sent: readonly Sent[],
  { host, service, tags }: { readonly host: string; readonly service: string; readonly tags: string | undefined },
): string {
  return JSON.stringify(
    sent.map(({ event, body }) => ({
      ddsource: 'rollcall',
      service,
      hostname: host,
      ...(tags !== undefined && { ddtags: tags }),
      timestamp: Date.parse(event.at),
      status: event.result === 'failure' ? 'warn' : 'info',
      message: `${event.action} by ${event.actor.id}`,
      evt: { name: event.event, id: event.id, outcome: event.result },
      action: event.verb,
      asset: { type: event.kind, id: event.targets[0] },
      usr: { id: event.actor.id, email: event.actor.identity?.['email'] },
      network: { client: { ip: event.context.ip } },
      audit: body,
    })),
  )
}

const facility = 13 // log audit (RFC 5424 §6.2.1)
const severity = { success: 6, failure: 4 } as const
/** The number for examples (RFC 5612): we have none of our own. */
const enterprise = 32473

/** Messages of RFC 5424, each with its length in front (RFC 6587 §3.4.1, RFC 5425 §4.3). */
export function toSyslog(sent: readonly Sent[], host: string): Buffer {
  return Buffer.concat(
    sent.map(({ event, body }) => {
      const data = [
        ['sequence', String(event.sequence)],
        ['action', event.action],
        ['actor', event.actor.id],
        ['target', event.targets[0] ?? ''],
        ['ip', event.context.ip ?? ''],
      ]
        .map(([name, value]) => `${name}="${escapeParameter(value ?? '')}"`)
        .join(' ')
      const priority = facility * 8 + severity[event.result]
      const header = `<${priority}>1 ${event.at} ${toName(host, 255)} rollcall - ${toName(event.action, 32)}`
      // The mark says that the text is UTF-8 (RFC 5424 §6.4).
      const message = Buffer.from(`${header} [audit@${enterprise} ${data}] \uFEFF${JSON.stringify(body)}`)
      return Buffer.concat([Buffer.from(`${message.length} `), message])
    }),
  )
}

function escapeParameter(text: string): string {
  return text.replace(/["\\\]]/g, (character) => `\\${character}`)
}

/** PRINTUSASCII without spaces. */
function toName(text: string, charactersMax: number): string {
  const name = text.replace(/[^\x21-\x7E]/g, '').slice(0, charactersMax)
  return name === '' ? '-' : name
}
