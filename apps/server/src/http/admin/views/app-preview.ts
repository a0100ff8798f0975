import type { RouteAnswer } from '@rollcall/admin-api'
import type { Preview } from '../../../provisioning/trace/preview.ts'
import type { Why } from '../../../provisioning/trace/why.ts'
import { formatTypeId } from '../../../type-id.ts'
import { formatObjectId } from '../object-ref.ts'
import { viewAppLink } from './app-links.ts'
import { viewMemberChanges } from './app-plans.ts'
import { toExplanation, viewLogSummary } from './provisioning-log.ts'

export function viewPreview(preview: Preview): RouteAnswer<'previewApp'> {
  const { standing, action, status, reason, gate, members, dueAt } = preview
  const { object, evaluated, link, revision } = standing
  return {
    object: { kind: object.kind, id: formatObjectId(object), name: evaluated.name ?? null },
    revision,
    action,
    status,
    reason,
    explanation: toExplanation(preview.explanation),
    steps: preview.steps.map((step) => ({ ...step })),
    requests: preview.requests.map((request) => ({ ...request })),
    modified: preview.modified.map((each) => ({ ...each })),
    gate,
    members: members === null ? null : viewMemberChanges(members),
    dueAt: dueAt?.toISOString() ?? null,
    account: { state: link.state, targetKey: link.targetKey, origin: link.origin },
  }
}

export function viewWhy(why: Why): RouteAnswer<'getAppWhy'> {
  const { app, object, sentence, reason, explanation, detail, nextAttemptAt, link, lastEntry, scoping } = why
  return {
    app: { id: formatTypeId('app', app.id), name: app.name, state: app.state },
    object: { kind: object.kind, id: formatObjectId(object), name: object.name },
    sentence,
    reason,
    explanation: toExplanation(explanation),
    detail,
    nextAttemptAt: nextAttemptAt?.toISOString() ?? null,
    link: link === null ? null : viewAppLink(link),
    lastEntry: lastEntry === null ? null : viewLogSummary(lastEntry),
    scoping: scoping === null ? null : { ...scoping },
  }
}
