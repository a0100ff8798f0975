import { selectLiveRules } from '../../db/queries/team-rules.ts'
import { enqueueRuleWork } from '../../db/queries/team-rule-work.ts'
import { publishRecordGroups, sourceGroupsRoot } from '../../db/queries/groups-of-people.ts'
import type { Database } from '../../db/pool.ts'
import { stepOfRead, type ReadWork } from '../read-work.ts'
import { nameOf } from '../settle/settle-read.ts'

const rowsPerTransaction = 5_000

/** Lets rules of teams see the groups that the read found, and look at whom they changed. */
export async function publishGroups(database: Database, work: ReadWork): Promise<void> {
  const name = nameOf(work)
  for (let published = rowsPerTransaction; published === rowsPerTransaction;)
    published = await stepOfRead({ database, work }, async (tx) => {
      const userIds = await publishRecordGroups(tx, name, rowsPerTransaction)
      const isRead =
        userIds.length > 0 && (await selectLiveRules(tx, name.organizationId, [sourceGroupsRoot])).length > 0
      if (isRead) {
        const roots = [sourceGroupsRoot]
        const people = [...new Set(userIds)].map((userId) => ({ userId, roots }))
        await enqueueRuleWork(tx, name.organizationId, { work: people, now: work.now })
      }
      return userIds.length
    })
}
