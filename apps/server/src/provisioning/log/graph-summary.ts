import { formatTypeId } from '../../type-id.ts'
import { toEntraAction, toObjectId } from './entra-words.ts'
import type { LogEntry } from './read-log.ts'

/** An entry as `provisioningObjectSummary` of Microsoft Graph, for tools that read those. */
export function toGraphSummary(entry: LogEntry): object {
  const { detail, explanation, reason, status, action, organizationId, appId, cycleId } = entry
  const changeId = formatTypeId('plog', entry.id)
  return {
    id: changeId,
    activityDateTime: entry.at.toISOString(),
    tenantId: formatTypeId('org', organizationId),
    jobId: formatTypeId('app', appId),
    cycleId: cycleId === null ? null : formatTypeId('cyc', cycleId),
    changeId,
    provisioningAction: firstLower(toEntraAction(action)),
    durationInMilliseconds: entry.durationMs,
    initiatedBy: {
      id: '',
      displayName: entry.initiator,
      initiatorType: entry.initiator === 'person' ? 'user' : 'system',
    },
    sourceIdentity: {
      id: toObjectId(entry),
      displayName: detail.sourceName ?? null,
      identityType: entry.objectKind === 'user' ? 'User' : 'Group',
    },
    targetIdentity: {
      id: entry.targetKey,
      displayName: detail.targetName ?? null,
      identityType: entry.objectKind === 'user' ? 'User' : 'Group',
    },
    provisioningStatusInfo: {
      status,
      errorInformation:
        status === 'success'
          ? null
          : {
              errorCode: reason,
              reason: detail.message ?? explanation?.meaning ?? null,
              additionalDetails: detail.attribute ?? null,
              errorCategory: status === 'skipped' ? 'nonServiceFailure' : 'failure',
              recommendedAction: explanation?.remedy ?? null,
            },
    },
    provisioningSteps: (detail.steps ?? []).map((step) => ({
      name: step.name,
      provisioningStepType: step.name,
      status: step.status,
      description: step.message,
      details: step.detail ?? null,
    })),
    modifiedProperties: (detail.modified ?? []).map(({ name, before, after }) => ({
      displayName: name,
      oldValue: toText(before),
      newValue: toText(after),
    })),
  }
}

function toText(value: unknown): string | null {
  return value === null || typeof value === 'string' ? value : JSON.stringify(value)
}

function firstLower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
