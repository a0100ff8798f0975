import type { RouteAnswer } from '@rollcall/admin-api'
import { permissionsOf } from '../../../access/rights.ts'
import { readOverview, type Overview } from '../../../insight/overview.ts'
import {
  dismissNeed,
  listDismissals,
  undoDismissal,
  type Dismissal,
  type Need,
  type NeedCode,
} from '../../../insight/needs.ts'
import { nilId } from '../../../nil-id.ts'
import { formatTypeId, parseTypeId, type IdPrefix } from '../../../type-id.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { toMailDelivery } from '../mail-delivery.ts'

type View = RouteAnswer<'getOverview'>

export const overviewHandlers: Handlers<'getOverview' | 'getDismissals' | 'dismissNeed' | 'undoDismissal'> = {
  getOverview: async (context) => {
    const { parts, organization, call, principal } = context
    const mailDelivery = toMailDelivery(parts.config)
    const overview = await readOverview(parts.database, organization.id, {
      now: call.now,
      permissions: permissionsOf(principal),
      hasMail: mailDelivery === 'smtp',
    })
    return { body: { at: call.now.toISOString(), ...view(overview), mailDelivery } }
  },

  getDismissals: async ({ parts, organization, call }) => {
    const dismissals = await listDismissals(parts.database, organization.id, call.now)
    return { body: { data: dismissals.map(viewDismissal) } }
  },

  dismissNeed: async (context, { body }) => {
    const { code, reason } = body
    const need = { ...nameNeed(context, body), code, reason }
    return { body: viewDismissal(await dismissNeed(context.parts.database, context.call, need)) }
  },

  undoDismissal: async (context, { body }) => {
    await undoDismissal(context.parts.database, context.call, { ...nameNeed(context, body), code: body.code })
    return { body: undefined }
  },
}

// What each need is about.
const prefixes: Readonly<Record<NeedCode, IdPrefix | undefined>> = {
  appQuarantined: 'app',
  holdWaiting: 'hold',
  appHoldWaiting: 'ghold',
  leaversWaiting: 'app',
  sourceReadHeld: 'srd',
  sourceReadFailed: 'srd',
  sourcePlanWaiting: 'srd',
  keyLeaked: 'note',
  keyOwnerLeft: 'note',
  metadataRefused: 'note',
  planWaiting: 'plan',
  certificateExpiring: 'idp',
  keyExpiring: 'key',
  appCredentialsExpiring: 'app',
  webhookFailing: 'whk',
  webhookDisabled: 'whk',
  errorsOpen: 'app',
  appPaused: 'app',
  invitationsPending: undefined,
  mailNotConfigured: undefined,
}

// Members of what a need tells that are ids of the database.
const idMembers: ReadonlyMap<string, IdPrefix> = new Map([
  ['appId', 'app'],
  ['sourceId', 'src'],
  ['connectionId', 'con'],
])

function nameNeed(
  { organization }: CallContext,
  { code, subject }: { readonly code: NeedCode; readonly subject?: string | undefined },
) {
  const prefix = prefixes[code]
  const subjectId = subject === undefined || prefix === undefined ? undefined : parseTypeId(prefix, subject)
  return { organizationId: organization.id, subjectId }
}

function view({
  people,
  teams,
  apps,
  sources,
  connections,
  needs,
  firstSteps,
}: Overview): Omit<View, 'at' | 'mailDelivery'> {
  const { hasPeople, hasSource, hasApp, hasPlan, isOn } = firstSteps
  const steps = [
    { step: 'source' as const, done: hasPeople || hasSource },
    { step: 'app' as const, done: hasApp },
    { step: 'plan' as const, done: hasPlan },
    { step: 'on' as const, done: isOn },
  ]
  return {
    people: people ?? null,
    teams: teams ?? null,
    apps: apps?.map(viewApp) ?? null,
    sources: sources?.map(viewSource) ?? null,
    connections: connections?.map(viewConnection) ?? null,
    needs: needs.map(viewNeed),
    firstRun: { steps, done: steps.every(({ done }) => done) },
  }
}

function viewApp({
  id,
  run,
  nextProbeAt,
  ...app
}: NonNullable<Overview['apps']>[number]): NonNullable<View['apps']>[number] {
  return {
    ...app,
    id: formatTypeId('app', id),
    recentRuns: [...app.recentRuns],
    lastRun: run === null ? null : { ...viewRun(run, 'cyc'), kind: run.kind },
    nextRunAt: nextProbeAt?.toISOString() ?? null,
  }
}

function viewSource({
  id,
  run,
  nextRunAt,
  ...source
}: NonNullable<Overview['sources']>[number]): NonNullable<View['sources']>[number] {
  return {
    ...source,
    id: formatTypeId('src', id),
    lastRun: run === null ? null : { ...viewRun(run, 'srd'), errorReason: run.errorReason },
    nextRunAt: nextRunAt?.toISOString() ?? null,
  }
}

type Run = { readonly id: string; readonly state: string; readonly startedAt: string; readonly endedAt: string | null }

function viewRun({ id, state, startedAt, endedAt }: Run, prefix: IdPrefix) {
  return {
    id: formatTypeId(prefix, id),
    state,
    startedAt: new Date(startedAt).toISOString(),
    endedAt: endedAt === null ? null : new Date(endedAt).toISOString(),
  }
}

function viewConnection({ id, lastRequestAt, lastErrorAt, ...rest }: NonNullable<Overview['connections']>[number]) {
  return {
    ...rest,
    id: formatTypeId('con', id),
    lastRequestAt: lastRequestAt?.toISOString() ?? null,
    lastErrorAt: lastErrorAt?.toISOString() ?? null,
  }
}

function viewNeed({ code, severity, subjectId, name, since, count, data }: Need): View['needs'][number] {
  const prefix = prefixes[code]
  const parameters = Object.entries(data ?? {}).map(([key, value]) => {
    const kind = idMembers.get(key)
    return [key, kind === undefined || typeof value !== 'string' ? value : formatTypeId(kind, value)] as const
  })
  return {
    code,
    severity,
    subject: prefix === undefined || subjectId === nilId ? null : { id: formatTypeId(prefix, subjectId), name },
    since: since?.toISOString() ?? null,
    count,
    parameters: Object.fromEntries(parameters),
  }
}

function viewDismissal({ code, subjectId, reason, by, at, until }: Dismissal): RouteAnswer<'dismissNeed'> {
  // Written by dismissNeed only, whose code was checked.
  const known = code as NeedCode
  const prefix = prefixes[known]
  return {
    code: known,
    subject: prefix === undefined || subjectId === nilId ? null : formatTypeId(prefix, subjectId),
    reason,
    by,
    at: at.toISOString(),
    until: until.toISOString(),
  }
}
