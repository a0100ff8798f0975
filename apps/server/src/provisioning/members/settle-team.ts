import type { AppTeam } from '../../db/queries/provisioning-members.ts'
import { selectLinks, updateExported, type Link, type LinkRow } from '../../db/queries/provisioning-links.ts'
import { endWork, lockWork, type WorkEnd, type WorkRow } from '../../db/queries/provisioning-work.ts'
import { selectPushFailures, updatePushFailures, type PushFailures } from '../../db/queries/team-pushes.ts'
import { transaction, type Transaction } from '../../db/transaction.ts'
import { addMs } from '../export/protocol.ts'
import { goOn, never } from '../export/turn.ts'
import type { GateFacts } from '../gate/destructive.ts'
import { nextAttempt } from '../health/next-attempt.ts'
import { classOf } from '../health/outcomes.ts'
import type { LogRow } from '../log/log-row.ts'
import type { Failure, MembersResult, Refusal } from './member-run.ts'
import { toMember, toMembers, toTeamEntry, type TeamSender } from './team-turn.ts'

const memberAttribute = 'members'

/** What a team's turn leaves behind, written as one; of a turn that was lost nothing is. */
export async function settleTeam(sender: TeamSender, item: WorkRow, result: MembersResult): Promise<void> {
  const { app, database, clock } = sender
  if (result.kind === 'lost') return
  await transaction(database, async (tx) => {
    const ours = await lockWork(tx, app, [item])
    if (!ours.has(item.objectId)) return
    const end = await settle(tx, { sender, item }, result)
    await endWork(tx, app, [end], clock())
  })
}

type Team = { readonly sender: TeamSender; readonly item: WorkRow }

async function settle(
  tx: Transaction,
  team: Team,
  result: Exclude<MembersResult, { readonly kind: 'lost' }>,
): Promise<WorkEnd> {
  const { item, sender } = team
  switch (result.kind) {
    case 'done':
      await clearFailure(tx, team)
      return result.recheckAt === undefined ? { ...keyOf(item), isDone: true } : recheck(item, result.recheckAt)
    case 'held':
      return toGate(item, { count: result.counts.leaving, cause: 'Members leave a team' }, sender.clock())
    case 'interrupted':
      return goOn(item, 'members', result.until)
    case 'vanished':
      return settleVanished(tx, team)
    case 'refused':
    case 'failed':
      return settleFailed(tx, team, result)
    default:
      return result satisfies never
  }
}

function keyOf({ objectId, epoch, generation }: WorkRow): Pick<WorkEnd, 'objectId' | 'epoch' | 'generation'> {
  return { objectId, epoch, generation }
}

/** What was let through is done; whoever leaves until then is counted again. */
function recheck(item: WorkRow, at: Date): WorkEnd {
  return goOn({ ...item, destructiveClass: null, destructive: null, isAdmitted: false }, 'members', at)
}

function toGate(item: WorkRow, facts: GateFacts, now: Date): WorkEnd {
  return {
    ...keyOf(item),
    isDone: false,
    stage: 'gate',
    lane: item.lane,
    dueAt: now,
    destructiveClass: 'memberRemoval',
    destructive: JSON.stringify(facts),
    isAdmitted: false,
  }
}

async function clearFailure(tx: Transaction, { sender: { app }, item }: Team): Promise<void> {
  await updatePushFailures(tx, toKey(app, item), { attempts: 0, firstFailedAt: null })
  const link = await readLink(tx, app, item)
  if (link?.failureAttribute !== memberAttribute) return
  await updateExported(tx, app, [{ ...link, ...noFailure }])
}

const noFailure = {
  attempts: 0,
  failureCode: null,
  failureAttribute: null,
  failureDetail: null,
  firstFailedAt: null,
  failedAt: null,
  failureFingerprint: null,
} as const satisfies Partial<Link>

/** Sending the group itself finds out what that means, and does what the rules say of accounts that are gone. */
async function settleVanished(tx: Transaction, { sender: { app, clock }, item }: Team): Promise<WorkEnd> {
  const link = await readLink(tx, app, item)
  if (link !== undefined) await updateExported(tx, app, [{ ...link, appliedHash: null }])
  return goOn(item, 'export', clock())
}

type Failed = Extract<MembersResult, { readonly kind: 'refused' | 'failed' }>

async function settleFailed(tx: Transaction, team: Team, result: Failed): Promise<WorkEnd> {
  const { sender, item } = team
  const { app, clock } = sender
  const now = clock()
  const failure = result.kind === 'failed' ? result.failure : result.refusals[0]?.failure
  if (failure === undefined) return { ...keyOf(item), isDone: true }
  const before = await selectPushFailures(tx, toKey(app, item))
  const next = nextAttempt(app.numbers.escrow, {
    class: classOf(failure.reason),
    attempts: before.attempts + 1,
    firstFailedAt: before.firstFailedAt ?? now,
    now,
    blockedUntil: blockedUntil(failure, now),
    random: Math.random(),
  })
  const attempts = next.kind === 'none' ? before.attempts : next.attempts
  const failed: PushFailures = { attempts, firstFailedAt: attempts === 0 ? null : (before.firstFailedAt ?? now) }
  await updatePushFailures(tx, toKey(app, item), failed)
  const link = await readLink(tx, app, item)
  if (link !== undefined && failure.kind !== 'throttled')
    await updateExported(tx, app, [withFailure(link, { failure, failed, now })])
  await sender.alongside(tx, [toFailedEntry(team, result, failure)])
  switch (next.kind) {
    case 'retry':
      return goOn(item, 'members', next.at)
    case 'escrow':
      return goOn(item, 'escrow', next.at)
    default:
      return goOn(item, 'escrow', never)
  }
}

function blockedUntil(failure: Failure, now: Date): Date | undefined {
  return failure.kind === 'throttled' && failure.retryAfterMs !== undefined
    ? addMs(now, failure.retryAfterMs)
    : undefined
}

function withFailure(
  link: Link,
  { failure, failed, now }: { readonly failure: Failure; readonly failed: PushFailures; readonly now: Date },
): Link {
  return {
    ...link,
    attempts: failed.attempts,
    failureCode: failure.reason,
    failureAttribute: memberAttribute,
    failureDetail: failure.detail,
    firstFailedAt: failed.firstFailedAt,
    failedAt: now,
  }
}

function toFailedEntry({ sender, item }: Team, result: Failed, failure: Failure): LogRow {
  const refusals: readonly Refusal[] = result.kind === 'refused' ? result.refusals : []
  const kind = refusals[0]?.kind ?? 'add'
  const members = refusals.filter((refusal) => refusal.kind === kind).map(({ step }) => toMember(step))
  return toTeamEntry(sender, item, {
    kind,
    status: failure.kind === 'throttled' ? 'warning' : 'failure',
    reason: failure.reason,
    httpStatus: failure.status,
    durationMs: null,
    targetKey: null,
    detail: {
      message: failure.detail,
      attribute: memberAttribute,
      ...(members.length > 0 && { members: toMembers(kind, members) }),
    },
  })
}

function toKey(app: TeamSender['app'], item: WorkRow): AppTeam {
  return { organizationId: app.organizationId, appId: app.appId, teamId: item.objectId }
}

async function readLink(tx: Transaction, app: TeamSender['app'], item: WorkRow): Promise<LinkRow | undefined> {
  const [link] = await selectLinks(tx, app, [item.objectId])
  return link
}
