import { endDueMemberships } from './directory/membership-ends.ts'
import { trimOrganizationMembers } from './directory/organization-members.ts'
import { purgeOverdueTeams } from './directory/purge-teams.ts'
import { reconcileDueTeams } from './directory/team-links.ts'
import type { Job } from './job.ts'
import type { Loops } from './jobs/loop.ts'
import type { Parts } from './parts.ts'
import { pumpTeamRules } from './team-rules/pump.ts'
import { workOffTeamRules } from './team-rules/work-off.ts'

const secondMs = 1_000
const rulePollMs = secondMs / 2

/** One process at a time hears whom rules concern; every process moves people. */
export function startTeamRules(parts: Parts, loops: Loops): void {
  const { database, clock } = parts
  loops.everyInterval('pump-team-rules', rulePollMs, async (signal) => {
    // Whoever has just heard of somebody need not wait for a turn.
    if ((await pumpTeamRules(database, { clock }, signal)) > 0) await workOffTeamRules(database, { clock }, signal)
  })
  loops.inEveryProcess('move-by-team-rules', rulePollMs, async (signal) => {
    await workOffTeamRules(database, { clock }, signal)
  })
}

/** What happens to teams by itself. */
export const teamJobs: readonly Job[] = [
  {
    // Mapped teams whose group was changed are looked at as a whole soon, all of them once a day.
    name: 'reconcile-teams',
    cron: '* * * * *',
    run: async ({ database, clock }, signal) => {
      await reconcileDueTeams(database, clock(), signal)
    },
  },
  {
    name: 'end-memberships',
    intervalMs: 5 * secondMs,
    run: async ({ database, clock }, signal) => {
      await endDueMemberships(database, clock(), signal)
    },
  },
  {
    name: 'trim-organization-members',
    cron: '7 4 * * *',
    run: async ({ database, clock }, signal) => {
      await trimOrganizationMembers(database, clock(), signal)
    },
  },
  {
    name: 'purge-teams',
    cron: '29 * * * *',
    run: async ({ database, clock }, signal) => {
      await purgeOverdueTeams(database, { now: clock(), signal })
    },
  },
]
