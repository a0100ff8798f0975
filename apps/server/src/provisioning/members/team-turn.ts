import type { AppTeam, MemberCounts, MemberStep, StepKind } from '../../db/queries/provisioning-members.ts'
import { extendLease, selectAdmittedCount } from '../../db/queries/work-leases.ts'
import type { WorkRow } from '../../db/queries/provisioning-work.ts'
import { leaseMs, settleMsOf, type Exporter } from '../export/context.ts'
import { addMs } from '../export/protocol.ts'
import type { LogDetail, LogRow } from '../log/log-row.ts'
import type { ObjectRef } from '../object.ts'
import type { CompiledTeamRules } from '../rules/compiled.ts'
import type { MemberSync, MembersResult, Permission, SentSteps } from './member-run.ts'
import { syncMembers } from './sync-members.ts'

/** What changing members needs of what sending needs. */
export type TeamSender = Pick<Exporter, 'app' | 'database' | 'clock' | 'owner' | 'pacer' | 'alongside' | 'onFault'> & {
  readonly members: CompiledTeamRules['members']
  /** Whether the app is asked whom it shows, this time. */
  readonly isSample: () => boolean
}

/** A large team leaves room for others, and a pause takes effect. */
const turnMs = 20_000
/** As long as any request takes, and a bit: a lease that ends sooner is made longer before one leaves. */
const leaseLeftMs = 65_000

/** One team in its turn. */
export async function takeTeamTurn(sender: TeamSender, item: WorkRow, signal: AbortSignal): Promise<MembersResult> {
  const { app, database, clock, pacer, members, isSample } = sender
  const team: AppTeam = { organizationId: app.organizationId, appId: app.appId, teamId: item.objectId }
  const sync: MemberSync = {
    database,
    clock,
    target: app.target,
    team,
    nesting: members.nesting,
    isAuthoritative: members.isAuthoritative,
    settleMs: settleMsOf(app),
    isSample: isSample(),
    admits: (counts) => admits(sender, item, counts),
    permit: createPermit(sender, item, signal),
    report: (outcome, durationMs) => pacer.report(outcome, durationMs),
    onSent: (tx, sent) => sender.alongside(tx, [toSentEntry(sender, item, sent)]),
    signal,
  }
  return syncMembers(sync)
}

/** More than the gate counted is counted again. */
async function admits({ app, database }: TeamSender, item: WorkRow, { leaving }: MemberCounts): Promise<boolean> {
  return leaving <= (await selectAdmittedCount(database, app, item))
}

function createPermit(sender: TeamSender, item: WorkRow, signal: AbortSignal): () => Promise<Permission> {
  const { app, database, clock, pacer } = sender
  const endsAt = addMs(clock(), turnMs)
  let leasedUntil = addMs(clock(), leaseMs)
  return async () => {
    if (signal.aborted || clock() >= endsAt) return { until: clock() }
    const permit = await pacer.take(signal)
    if (!permit.isGiven) return { until: permit.until }
    if (addMs(clock(), leaseLeftMs) < leasedUntil) return 'given'
    leasedUntil = addMs(clock(), leaseMs)
    return (await extendLease(database, app, item, leasedUntil)) ? 'given' : 'lost'
  }
}

function toSentEntry(sender: TeamSender, item: WorkRow, sent: SentSteps): LogRow {
  const { kind, steps, status, durationMs } = sent
  const members = steps.map(toMember)
  return toTeamEntry(sender, item, {
    kind,
    status: 'success',
    reason: 'MembersChanged',
    httpStatus: status,
    durationMs,
    targetKey: sent.groupKey,
    detail: { ...(sent.teamName !== null && { sourceName: sent.teamName }), members: toMembers(kind, members) },
  })
}

export function toMember({ memberId, memberKind }: MemberStep): ObjectRef {
  return { kind: memberKind, id: memberId }
}

export function toMembers(kind: StepKind, members: readonly ObjectRef[]): NonNullable<LogDetail['members']> {
  return kind === 'add' ? { added: members, removed: [] } : { added: [], removed: members }
}

type About = Pick<LogRow, 'status' | 'reason' | 'httpStatus' | 'durationMs' | 'targetKey' | 'detail'> & {
  readonly kind: StepKind
}

export function toTeamEntry({ app, clock }: TeamSender, item: WorkRow, { kind, ...about }: About): LogRow {
  return {
    organizationId: app.organizationId,
    at: clock(),
    appId: app.appId,
    cycleId: item.cycleId,
    objectKind: 'team',
    objectId: item.objectId,
    action: kind === 'add' ? 'addMembers' : 'removeMembers',
    // The column is ours; what stands there was written with these names.
    initiator: item.initiator as LogRow['initiator'],
    ...about,
  }
}
