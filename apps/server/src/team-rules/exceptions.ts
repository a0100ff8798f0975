import { toPage, type Page, type PageOf } from '../access/call.ts'
import type { Database, Queryable } from '../db/pool.ts'
import {
  countExceptions,
  deleteException,
  selectExceptions,
  upsertException,
  type ExceptionRow,
} from '../db/queries/team-rule-exceptions.ts'
import { enqueueRuleWork } from '../db/queries/team-rule-work.ts'
import type { TeamOf } from '../db/queries/team-rules.ts'
import { transaction } from '../db/transaction.ts'
import { TeamError } from '../directory/team-error.ts'
import { getOwnTeam } from '../directory/team-locks.ts'
import { noRule, record, type Acting } from './manage.ts'

/** A person whom a rule does not decide about. */
export type TeamRuleException = ExceptionRow

export async function listExceptions(db: Queryable, team: TeamOf, page: PageOf): Promise<Page<TeamRuleException>> {
  const rows = await selectExceptions(db, team, { after: page.after, rowsMax: page.limit + 1 })
  return toPage(rows, page.limit, (row) => row.userId)
}

export function countTeamExceptions(db: Queryable, team: TeamOf): Promise<number> {
  return countExceptions(db, team)
}

/** Undefined: the rule decides about the person. */
export async function findException(
  db: Queryable,
  team: TeamOf,
  userId: string,
): Promise<TeamRuleException | undefined> {
  const [found] = await selectExceptions(db, team, { after: undefined, userId, rowsMax: 1 })
  return found
}

/** The person comes or goes with the next turn of the rules. Throws `noRule`, `memberNotFound`. */
export async function setException(
  database: Database,
  { context }: Pick<Acting, 'context'>,
  command: {
    readonly teamId: string
    readonly userId: string
    readonly kind: 'always' | 'never'
    readonly reason: string
  },
): Promise<TeamRuleException> {
  const { teamId, userId, kind, reason } = command
  const { organizationId, actor, now } = context
  return transaction(database, async (tx) => {
    const team = await getOwnTeam(tx, organizationId, teamId)
    if (team.rule_revision === null) throw noRule(team.display)
    const exception = { userId, kind, reason, madeBy: actor, madeAt: now }
    if (!(await upsertException(tx, { organizationId, teamId }, exception)))
      throw new TeamError('memberNotFound', 'There is no such person', { field: 'userId' })
    await enqueueRuleWork(tx, organizationId, { work: [{ userId, roots: null }], now })
    await record(tx, context, team, { action: 'team.rule_exception_set', data: { userId, kind } })
    const stored = await findException(tx, { organizationId, teamId }, userId)
    return stored ?? { ...exception, name: null }
  })
}

/** The rule decides about the person again. Throws `memberNotFound` where there is no exception. */
export async function removeException(
  database: Database,
  { context }: Pick<Acting, 'context'>,
  { teamId, userId }: { readonly teamId: string; readonly userId: string },
): Promise<void> {
  const { organizationId, now } = context
  await transaction(database, async (tx) => {
    const team = await getOwnTeam(tx, organizationId, teamId)
    if (!(await deleteException(tx, { organizationId, teamId }, userId)))
      throw new TeamError('memberNotFound', 'The rule of the team has no exception for that person')
    await enqueueRuleWork(tx, organizationId, { work: [{ userId, roots: null }], now })
    await record(tx, context, team, { action: 'team.rule_exception_removed', data: { userId } })
  })
}
