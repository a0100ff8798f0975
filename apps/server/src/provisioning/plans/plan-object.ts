import type { NewPlanOperation, PlanOperationName } from '../../db/queries/app-plan-operations.ts'
import { destructionOf } from '../destruction.ts'
import { hasAccount } from '../export/link.ts'
import { decide, type Pace } from '../export/protocol.ts'
import { toModified, type Turn } from '../export/turn.ts'
import type { ModifiedProperty } from '../log/log-row.ts'
import { reasons, type ReasonCode } from '../reasons.ts'
import { printModified } from '../trace/redact-trace.ts'

/** What sending would do with one object, from what is known here; undefined: nothing. */
export function planObject(turn: Turn, pace: Pace): NewPlanOperation | undefined {
  const { link, evaluated, wanted, item, isLinkNew } = turn
  const decided = decideOperation(turn, pace)
  if (decided === undefined) return undefined
  const { operation, reason } = decided
  const destruction = destructionOf(link, wanted, evaluated.reason)
  return {
    objectId: item.objectId,
    kind: item.kind,
    operation,
    state: 'planned',
    name: evaluated.name ?? null,
    targetKey: link.targetKey,
    modified: printModified(listModified(turn, operation), evaluated),
    reason,
    destructiveClass: destruction?.class ?? null,
    facts: destruction?.facts ?? null,
    objectVersion: evaluated.version,
    desiredHash: wanted.hash,
    appliedHash: link.appliedHash,
    linkState: isLinkNew ? null : link.state,
    matchKey: toMatchKey(turn),
    isInScope: evaluated.isInScope,
  }
}

type Decided = { readonly operation: PlanOperationName; readonly reason: ReasonCode }

function decideOperation({ link, evaluated, wanted, rules }: Turn, pace: Pace): Decided | undefined {
  if (evaluated.failure !== undefined) return { operation: 'conflict', reason: evaluated.failure.reason }
  const step = decide(link, wanted, pace)
  if (step.kind === 'nothing') return undefined
  if (step.kind === 'unlink') return { operation: 'unlink', reason: evaluated.reason ?? 'Unlinked' }
  if (!hasAccount(link)) {
    if (wanted.intent !== 'provision') return undefined
    return rules.actions.create
      ? { operation: 'create', reason: 'Created' }
      : { operation: 'conflict', reason: 'CreateNotAllowed' }
  }
  if (step.kind === 'send' && step.request === 'remove')
    return { operation: 'delete', reason: evaluated.reason ?? 'Deleted' }
  if (wanted.intent === 'disable' && link.state !== 'disabled')
    return { operation: 'disable', reason: evaluated.reason ?? 'Disabled' }
  return link.state === 'disabled' && wanted.intent === 'provision'
    ? { operation: 'enable', reason: 'Enabled' }
    : { operation: 'update', reason: 'Updated' }
}

function listModified({ link, evaluated, wanted }: Turn, operation: PlanOperationName): readonly ModifiedProperty[] {
  if (operation === 'delete' || operation === 'unlink' || operation === 'conflict') return []
  if (operation === 'create')
    return Object.entries(evaluated.creating).map(([name, after]) => ({ name, before: null, after }))
  return toModified(link.sent, wanted)
}

function toMatchKey({ link, wanted }: Turn): string | null {
  const [first] = wanted.matches
  return hasAccount(link) || first === undefined ? null : JSON.stringify(first).toLowerCase()
}

/** Members are told apart from accounts. */
const memberWords = {
  addMembers: 'add members',
  removeMembers: 'remove members',
  disableOrphans: 'disable accounts of nobody',
  deleteOrphans: 'delete accounts of nobody',
} as const

/** "create 12, disable 3": the most frequent of all kinds that there are. */
export function summarize(counts: { readonly [name: string]: unknown }): string {
  const order: readonly PlanOperationName[] = [
    'create',
    'adopt',
    'update',
    'enable',
    'disable',
    'delete',
    'unlink',
    'conflict',
  ]
  const parts = order.flatMap((name) => {
    const count = counts[name]
    return typeof count === 'number' && count > 0 ? [`${name} ${count}`] : []
  })
  const members = Object.entries(memberWords).flatMap(([name, words]) => {
    const count = counts[name]
    return typeof count === 'number' && count > 0 ? [`${words} ${count}`] : []
  })
  const all = [...parts, ...members]
  return all.length === 0 ? reasons.NoChange.meaning : all.join(', ')
}
