import type { RouteAnswer } from '@rollcall/admin-api'
import type { App } from '../../../provisioning/apps/app.ts'
import { numbersOf } from '../../../provisioning/apps/app-settings.ts'
import type { Assignment } from '../../../provisioning/apps/assignments.ts'
import type { RulesRevision } from '../../../provisioning/apps/rules-revisions.ts'
import { profileInForce } from '../../../provisioning/apps/app-profile.ts'
import { formatTypeId } from '../../../type-id.ts'

export type AppView = RouteAnswer<'getApp'>

export function viewApp(app: App): AppView {
  const {
    name,
    preset,
    state,
    pausedReason,
    pausedUntil,
    liveRevision,
    draftRevision,
    target,
    settings,
    version,
    createdBy,
  } = app
  const { credentialsKind, credentialsExpireAt } = app
  const expiresAt = credentialsExpireAt?.toISOString() ?? null
  return {
    id: formatTypeId('app', app.id),
    name,
    preset,
    state,
    pausedReason,
    pausedUntil: pausedUntil?.toISOString() ?? null,
    liveRevision,
    draftRevision,
    target,
    profile: profileInForce(app),
    credentials: credentialsKind === null ? null : { kind: credentialsKind, expiresAt },
    settings,
    numbers: structuredClone(numbersOf(settings)) as AppView['numbers'], // The copy may be changed; the numbers are constants.
    version,
    createdBy,
    createdAt: app.createdAt.toISOString(),
    updatedAt: app.updatedAt.toISOString(),
  }
}

export function viewRevision(row: RulesRevision): RouteAnswer<'getAppRules'> {
  return { ...viewRevisionSummary(row), rules: row.document }
}

export function viewRevisionSummary(row: RulesRevision): RouteAnswer<'listAppRevisions'>['data'][number] {
  const { revision, state, note, createdBy, createdAt } = row
  return { revision, state, note, createdBy, createdAt: createdAt.toISOString() }
}

export function viewAssignment(row: Assignment): RouteAnswer<'listAppAssignments'>['data'][number] {
  const { kind, name, assignedBy } = row
  const id = formatTypeId(kind === 'user' ? 'usr' : 'team', row.id)
  return { kind, id, name, assignedBy, assignedAt: row.assignedAt.toISOString() }
}
