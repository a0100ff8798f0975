import { workOffAllRuns } from '../../src/run-kinds.ts'
import { workOffTeamRules } from '../../src/team-rules/work-off.ts'
import type { TestApplication } from '../harness/application.ts'

/** What workers would do: runs that are due, and people whom rules move. */
export async function workOff({ application }: TestApplication): Promise<void> {
  await workOffAllRuns(application.parts, new AbortController().signal)
  await workOffTeamRules(application.parts.database, application.parts)
}
