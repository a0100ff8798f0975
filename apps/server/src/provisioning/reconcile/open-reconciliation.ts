import { hostname } from 'node:os'
import { selectRules } from '../../db/queries/app-rules.ts'
import type { AccountsOf } from '../../db/queries/app-accounts.ts'
import { hasUrgentWork } from '../../db/queries/urgent-work.ts'
import { AccessError } from '../../access/access-error.ts'
import type { OutboundConnections } from '../../outbound-connections.ts'
import { provisioningRules } from '@rollcall/admin-api'
import { getOpenedApp } from '../apps/app.ts'
import type { Sealing } from '../apps/credentials.ts'
import type { LongWork } from '../long-work.ts'
import type { EngineNumbers } from '../numbers.ts'
import type { ObjectKind } from '../object.ts'
import { loadSchemas } from '../rules/app-rules.ts'
import { compileRules } from '../rules/compile-rules.ts'
import type { CompiledObjectRules, CompiledRules } from '../rules/compiled.ts'
import { toOrphanPolicy, type OrphanPolicy } from '../orphans/orphan-policy.ts'
import { openTarget } from '../targets/open-target.ts'
import type { Target } from '../targets/target.ts'
import { openAccountReader, type AccountReader } from './account-reader.ts'
import type { CompareRules } from './compare-account.ts'
import { toCompareRules, toDiscovery, type Discovery } from './find-candidates.ts'
import type { ReconcilePolicy } from './start-reconciliation.ts'

export type ReconcileParts = Sealing & {
  readonly outboundConnections: OutboundConnections
  readonly clock: () => Date
}

/** One kind of object, and how its accounts are compared and found. */
export type Reconciled = {
  readonly kind: ObjectKind
  readonly rules: CompiledObjectRules
  readonly discovery: Discovery
  readonly compare: CompareRules
}

/** A reconciliation that is under way. */
export type Reconciliation = AccountReader & {
  readonly parts: ReconcileParts
  readonly of: AccountsOf
  readonly policy: ReconcilePolicy
  /** What the policy would do is written there. */
  readonly planId: string | undefined
  readonly rules: CompiledRules
  readonly numbers: EngineNumbers
  readonly kinds: readonly Reconciled[]
  /** Undefined: accounts that are nobody's stay as they are. */
  readonly orphans: OrphanPolicy | undefined
  /** What was noticed on the way: whether any group has shown a member. */
  readonly seen: { hasMembers: boolean }
}

/** Throws `appNotFound`, `rulesNotFound`. */
export async function openReconciliation(parts: ReconcileParts, work: LongWork): Promise<Reconciliation> {
  const { database, clock } = parts
  const { organizationId, id: runId } = work
  const { appId, policy, planId } = parseInput(work)
  const app = await getOpenedApp(parts, clock(), { organizationId, appId })
  const row = await selectRules(database, { organizationId, appId }, app.liveRevision ?? app.draftRevision ?? 0)
  if (row === undefined) throw new AccessError('rulesNotFound', 'The app has no rules')
  const rules = compileRules(provisioningRules.parse(row.document), await loadSchemas(database, organizationId))
  const owner = `${hostname()} ${process.pid} reconciles ${runId}`
  const reader = await openAccountReader(
    { database, clock },
    { organizationId, appId, owner, open: (onAnswer) => openTarget(app, { ...parts, rules, onAnswer }) },
    { signal: work.signal, isNeeded: () => hasUrgentWork(database, { organizationId, appId }, clock()) },
  )
  return {
    parts,
    of: { organizationId, appId, runId },
    policy,
    planId,
    ...reader,
    rules,
    numbers: app.numbers,
    kinds: toKinds(rules, reader.target),
    orphans: toOrphanPolicy(app.settings.reconciliation, rules.users, reader.target.abilities),
    seen: { hasMembers: false },
  }
}

function toKinds({ users, teams }: CompiledRules, { abilities }: Target): readonly Reconciled[] {
  return [users, teams]
    .filter((rules) => rules !== undefined && abilities.kinds.includes(rules.kind))
    .flatMap((rules) =>
      rules === undefined
        ? []
        : [
            {
              kind: rules.kind,
              rules,
              discovery: toDiscovery(rules, abilities),
              compare: toCompareRules(rules, abilities),
            },
          ],
    )
}

type Input = { readonly appId: string; readonly policy: ReconcilePolicy; readonly planId?: string }

function parseInput({ input }: LongWork): Input {
  // `startReconciliation` wrote it.
  return input as unknown as Input
}
