import type { Queryable } from '../db/pool.ts'
import { selectAllRuledTeams } from '../db/queries/team-rules.ts'
import { followOutbox } from '../events/outbox.ts'
import { teamRulesConsumer } from './pump.ts'
import { queueEvaluation } from './queue-run.ts'

/** After a restore every team that goes by a rule is compared with everybody. In the transaction of the restore. */
export async function resumeTeamRules(session: Queryable, now: Date): Promise<void> {
  for (const team of await selectAllRuledTeams(session)) {
    await followOutbox(session, { organizationId: team.organizationId, consumer: teamRulesConsumer })
    await queueEvaluation(session, { actor: 'system', now, requestId: undefined }, team)
  }
}
