import { ScimError, type JsonObject } from '@rollcall/scim'
import { AccessError } from './access/access-error.ts'
import { deleteOrganizationKind } from './access/delete-organization.ts'
import { recountKind } from './access/recount.ts'
import { deleteAllRowsOfApp, deleteAllRowsOfSource } from './delete-owned-rows.ts'
import { deleteAllRows } from './delete-organization-rows.ts'
import { recountTotals } from './db/queries/totals.ts'
import { transaction } from './db/transaction.ts'
import { qualifyAppKind } from './provisioning/apps/qualify-app.ts'
import { executeQualification } from './qualify-app.ts'
import { deleteAppKind } from './provisioning/apps/delete-app.ts'
import { orphansKind } from './provisioning/orphans/apply-orphans.ts'
import { runOrphans } from './provisioning/orphans/run-orphans.ts'
import { planKind } from './provisioning/plans/plan.ts'
import { runPlan } from './provisioning/plans/plan-run.ts'
import { toTargetOpener } from './provisioning/plans/planner.ts'
import { provisionKind } from './provisioning/by-hand/provision.ts'
import { runProvision } from './provisioning/by-hand/provision-run.ts'
import { runReconciliation } from './provisioning/reconcile/run-reconciliation.ts'
import { reconcileKind } from './provisioning/reconcile/start-reconciliation.ts'
import { deleteSourceKind } from './sources/delete-source.ts'
import { workOffRuns, type RunKind, type RunWork } from './jobs/run-worker.ts'
import type { Parts } from './parts.ts'
import { teamRuleKind, teamRulePreviewKind } from './team-rules/queue-run.ts'
import { runTeamRulePreview } from './team-rules/run-preview.ts'
import { runTeamRule } from './team-rules/run-rule.ts'
import { actOnPeople } from './directory/act-on-people.ts'
import { createIdSource } from './directory/new-id.ts'
import { peopleActKind, peopleUndoKind } from './directory/people-acts.ts'
import { undoPeopleAct } from './directory/undo-people-act.ts'

const newId = createIdSource()

type RunParts = Pick<Parts, 'database' | 'clock' | 'encryption' | 'outboundConnections' | 'logger'>

/** All kinds of long work. Each goes on from its checkpoint, so it may be killed at any time. */
export function createRunKinds(parts: RunParts): readonly RunKind[] {
  const { database } = parts
  return [
    { name: deleteOrganizationKind, execute: (work) => deleteAllRows(database, work) },
    { name: deleteAppKind, execute: (work) => deleteAllRowsOfApp(database, work) },
    { name: deleteSourceKind, execute: (work) => deleteAllRowsOfSource(database, work) },
    { name: provisionKind, execute: (work) => provision(parts, work) },
    { name: reconcileKind, execute: (work) => runReconciliation(parts, work) },
    { name: orphansKind, execute: (work) => runOrphans(parts, work) },
    { name: planKind, execute: (work) => runPlan({ ...parts, openTarget: toTargetOpener(parts) }, work) },
    { name: teamRuleKind, execute: (work) => runTeamRule(parts, work) },
    { name: teamRulePreviewKind, execute: (work) => runTeamRulePreview(parts, work) },
    { name: peopleActKind, execute: (work) => actOnPeople({ ...parts, newId }, work) },
    { name: peopleUndoKind, execute: (work) => undoPeopleAct({ ...parts, newId }, work) },
    { name: qualifyAppKind, execute: (work) => executeQualification(parts, work) },
    {
      name: recountKind,
      execute: async ({ organizationId }) => {
        // One snapshot: what is written meanwhile stays a delta on top of what is counted.
        return transaction(database, (tx) => recountTotals(tx, organizationId), { isolation: 'repeatable read' })
      },
    },
  ]
}

function provision(parts: RunParts, work: RunWork): Promise<JsonObject> {
  const onFault = (error: unknown): void => {
    parts.logger.warn({ err: error, run: work.id }, 'provisioning by hand met an error of its own')
  }
  return runProvision({ ...parts, onFault }, work)
}

/** Works off the runs that are due, until none is or the signal asks to stop. */
export function workOffAllRuns(parts: RunParts, signal: AbortSignal): Promise<void> {
  const { database, clock, logger } = parts
  return workOffRuns({ database, clock, logger, kinds: createRunKinds(parts), isRefusal }, signal)
}

function isRefusal(error: unknown): boolean {
  return error instanceof AccessError || (error instanceof ScimError && error.status < 500)
}
