import { AccessError } from '../../access/access-error.ts'
import { toPage, type Call, type Page } from '../../access/call.ts'
import { enqueueWork } from '../../db/queries/provisioning-work.ts'
import {
  forgetSent,
  noChoice,
  selectTeamPushChoices,
  selectTeamPushCount,
  selectTeamPushes,
  upsertTeamPushChoice,
  type TeamPushChoice,
  type TeamPushRow,
} from '../../db/queries/team-push-choices.ts'
import type { Database, Queryable } from '../../db/pool.ts'
import { transaction, type Transaction } from '../../db/transaction.ts'
import { formatTypeId } from '../../type-id.ts'
import { getAppRow, recordApp, type AppName } from './app.ts'

/** A team as a group of an app. */
export type TeamPush = TeamPushRow

export type TeamOfApp = AppName & { readonly teamId: string }

/** What a person asks for goes before what changes by itself. */
const byHandLane = 1

/** In the order of their making. Throws `appNotFound`. */
export async function listTeamPushes(
  db: Queryable,
  app: AppName,
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<Page<TeamPush>> {
  await getAppRow(db, app)
  const rows = await selectTeamPushes(db, app, { after, rowsMax: limit + 1 })
  return toPage(rows, limit, ({ teamId }) => teamId)
}

export function countTeamPushes(db: Queryable, app: AppName): Promise<number> {
  return selectTeamPushCount(db, app)
}

/** Throws `appNotFound`, `teamNotPushed`. */
export async function getTeamPush(db: Queryable, team: TeamOfApp): Promise<TeamPush> {
  await getAppRow(db, team)
  const [row] = await selectTeamPushes(db, team, { teamId: team.teamId, rowsMax: 1 })
  if (row === undefined) throw new AccessError('teamNotPushed', 'The app knows nothing of such a team')
  return row
}

/**
 * Pauses or resumes the pushing of one team, and says whether its group keeps the name that it has in the app. What
 * changes while it is paused is sent when it is resumed. Throws `appNotFound`, `teamNotPushed`.
 */
export async function updateTeamPush(
  database: Database,
  call: Call,
  request: TeamOfApp & { readonly isPaused?: boolean | undefined; readonly keepsName?: boolean | undefined },
): Promise<TeamPush> {
  return decide(database, call, request, {
    action: 'app.group_push_changed',
    choose: (before) => ({
      ...before,
      isPaused: request.isPaused ?? before.isPaused,
      keepsName: request.keepsName ?? before.keepsName,
    }),
  })
}

/**
 * The team is not pushed any more, until it is linked or pushed again: its group stays as it is, or is deleted.
 * Throws `appNotFound`, `teamNotPushed`.
 */
export async function unlinkTeamPush(
  database: Database,
  call: Call,
  request: TeamOfApp & { readonly group: 'leave' | 'delete' },
): Promise<TeamPush> {
  return decide(database, call, request, {
    action: 'app.group_unlinked',
    choose: (before) => ({ ...before, ending: request.group }),
  })
}

/**
 * Everything about the team is sent again now: its group and all its members. Throws `appNotFound`, `teamNotPushed`,
 * `teamPushPaused`.
 */
export async function pushTeamNow(database: Database, call: Call, team: TeamOfApp): Promise<TeamPush> {
  return decide(database, call, team, {
    action: 'app.group_pushed',
    choose: (before) => {
      if (before.isPaused) throw new AccessError('teamPushPaused', 'The team is paused in this app: resume it first')
      return { ...before, ending: null }
    },
    whenChosen: (tx) => forgetSent(tx, team),
    isAlways: true,
  })
}

type Decision = {
  readonly action: `app.${string}`
  readonly choose: (before: TeamPushChoice) => TeamPushChoice
  readonly whenChosen?: (tx: Transaction) => Promise<void>
  /** Done also where nothing was decided otherwise than before. */
  readonly isAlways?: boolean
}

async function decide(database: Database, call: Call, team: TeamOfApp, decision: Decision): Promise<TeamPush> {
  return transaction(database, async (tx) => {
    const push = await getTeamPush(tx, team)
    const { isPaused, keepsName, ending } = push
    const before = { isPaused, keepsName, ending }
    const after = decision.choose(before)
    const isSame = JSON.stringify(after) === JSON.stringify(before)
    if (isSame && decision.isAlways !== true) return push
    await decision.whenChosen?.(tx)
    await writeChoice(tx, call, team, { action: decision.action, choice: after, group: push.groupKey })
    return { ...push, ...after }
  })
}

/** What was decided of a team, told to the engine and to the history. */
export async function writeChoice(
  tx: Transaction,
  call: Call,
  team: TeamOfApp,
  decided: { readonly action: `app.${string}`; readonly choice: TeamPushChoice; readonly group: string | null },
): Promise<void> {
  const { action, choice, group } = decided
  const app = await getAppRow(tx, team)
  await upsertTeamPushChoice(tx, team, choice)
  const objects = [{ objectId: team.teamId, kind: 'team', lane: byHandLane }] as const
  await enqueueWork(tx, team, { objects, initiator: 'person', dueAt: call.now })
  const data = { app: app.name, team: formatTypeId('team', team.teamId), group, ...choice }
  await recordApp(tx, call, app, { action, data })
}

export async function readChoice(db: Queryable, team: TeamOfApp): Promise<TeamPushChoice> {
  return (await selectTeamPushChoices(db, team, [team.teamId])).get(team.teamId) ?? noChoice
}
