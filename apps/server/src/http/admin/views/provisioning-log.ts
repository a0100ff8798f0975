import type { RouteAnswer } from '@rollcall/admin-api'
import { toObjectId } from '../../../provisioning/log/entra-words.ts'
import type { ObjectRef } from '../../../provisioning/object.ts'
import type { LogEntry } from '../../../provisioning/log/read-log.ts'
import { formatTypeId } from '../../../type-id.ts'

type Entry = RouteAnswer<'getProvisioningLogEntry'>
type Summary = RouteAnswer<'listProvisioningLog'>['data'][number]

export function viewLogSummary(entry: LogEntry): Summary {
  const { at, action, status, reason, explanation, httpStatus, durationMs, initiator, detail, cycleId } = entry
  const id = toObjectId(entry)
  return {
    id: formatTypeId('plog', entry.id),
    at: at.toISOString(),
    appId: formatTypeId('app', entry.appId),
    cycleId: cycleId === null ? null : formatTypeId('cyc', cycleId),
    object: id === null ? null : { kind: entry.objectKind, id, name: detail.sourceName ?? null },
    target: { key: entry.targetKey, name: detail.targetName ?? null },
    action,
    status,
    reason,
    explanation: explanation === undefined ? null : toExplanation(explanation),
    message: detail.message ?? null,
    attribute: detail.attribute ?? null,
    httpStatus,
    durationMs,
    initiator,
    modified: (detail.modified ?? []).map((each) => ({ ...each })),
  }
}

export function viewLogEntry(entry: LogEntry): Entry {
  const { steps = [], exchanges = [], members } = entry.detail
  const toMember = ({ kind, id }: ObjectRef) => formatTypeId(kind === 'user' ? 'usr' : 'team', id)
  return {
    ...viewLogSummary(entry),
    steps: steps.map((step) => ({ ...step })),
    exchanges: exchanges.map((exchange) => ({ ...exchange })),
    members:
      members === undefined ? null : { added: members.added.map(toMember), removed: members.removed.map(toMember) },
  }
}

export function toExplanation({ meaning, remedy, actor }: NonNullable<LogEntry['explanation']>) {
  return { meaning, remedy, actor }
}
