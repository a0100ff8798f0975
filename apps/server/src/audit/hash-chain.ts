import { hash, randomBytes } from 'node:crypto'
import type { JsonObject } from '@rollcall/scim'
import type { ChainHead, NewAuditRow } from '../db/queries/audit-events.ts'

/** An event before it has its place in the chain of its organization. */
export type AuditDraft = {
  readonly organizationId: string
  readonly id: string
  readonly at: Date
  readonly action: string
  readonly result: 'success' | 'failure'
  readonly actor: string
  readonly connectionId: string | null
  readonly requestId: string | null
  /** Ids as they are outside; the first one is what it is about. */
  readonly targets: readonly string[]
  /** Without personal data. */
  readonly details: JsonObject
  /** Personal data of who did it. */
  readonly actorData: JsonObject
  /** Personal data of the person it was done to. */
  readonly subjectData: JsonObject
  readonly terms: readonly string[]
}

const saltBytes = 16

/** Gives an event its place behind the last one. */
export function chain(draft: AuditDraft, head: Pick<ChainHead, 'sequence' | 'hash'>): NewAuditRow {
  const actor = digest(draft.actorData)
  const subject = digest(draft.subjectData)
  const row = {
    organization_id: draft.organizationId,
    sequence: head.sequence + 1,
    id: draft.id,
    at: draft.at,
    action: draft.action,
    result: draft.result,
    actor: withoutLineFeed(draft.actor),
    connection_id: draft.connectionId,
    request_id: draft.requestId,
    targets: draft.targets,
    details: toText(draft.details),
    actor_data: actor.text,
    actor_salt: actor.salt,
    actor_digest: actor.digest,
    subject_data: subject.text,
    subject_salt: subject.salt,
    subject_digest: subject.digest,
    previous_hash: head.hash,
    terms: draft.terms,
  }
  return { ...row, hash: sha256(Buffer.concat([head.hash, Buffer.from(toLine(row))])) }
}

/**
 * What of an event is hashed, with the hash of the event before it in front: its parts with a line feed between them, none of
 * which can hold one. db/queries/audit-verify.ts makes the same in SQL.
 */
function toLine(row: Omit<NewAuditRow, 'hash'>): string {
  return [
    row.sequence,
    row.id,
    row.at.getTime(),
    row.action,
    row.result,
    row.actor,
    row.connection_id ?? '',
    row.request_id ?? '',
    row.targets.join(','),
    row.details,
    row.actor_digest.toString('hex'),
    row.subject_digest.toString('hex'),
  ].join('\n')
}

/** PostgreSQL has no room for U+0000 in text, and whoever reads the text as JSON none for its escape. */
function toText(data: JsonObject): string {
  const text = JSON.stringify(data)
  if (!text.includes(String.raw`\u0000`)) return text
  return JSON.stringify(data, (_, value: unknown) => (typeof value === 'string' ? value.replaceAll('\0', '') : value))
}

function digest(data: JsonObject): { readonly text: string; readonly salt: Buffer; readonly digest: Buffer } {
  const text = toText(data)
  const salt = randomBytes(saltBytes)
  return { text, salt, digest: sha256(Buffer.concat([salt, Buffer.from(text)])) }
}

function sha256(bytes: Buffer): Buffer {
  return hash('sha256', bytes, 'buffer')
}

function withoutLineFeed(text: string): string {
  return text.replaceAll('\n', ' ')
}
