import type { RouteAnswer } from '@rollcall/admin-api'
import type { GateHold, GateHoldItem, GateHoldSummary } from '../../../provisioning/gate/holds.ts'
import { formatTypeId } from '../../../type-id.ts'

export function viewGateHoldSummary(row: GateHoldSummary): RouteAnswer<'listAppHolds'>['data'][number] {
  return {
    id: formatTypeId('ghold', row.id),
    appId: formatTypeId('app', row.app_id),
    class: row.class,
    state: row.state,
    allowance: row.allowance,
    used: row.used,
    itemCount: row.item_count,
    heldCount: row.held_count,
    openedAt: row.opened_at.toISOString(),
    lapsesAt: row.lapses_at.toISOString(),
    decidedAt: row.decided_at?.toISOString() ?? null,
    version: row.version,
  }
}

export function viewGateHold(hold: GateHold): RouteAnswer<'getAppHold'> {
  return { ...viewGateHoldSummary(hold), causes: hold.causes.map((one) => ({ ...one })) }
}

export function viewHoldItem(row: GateHoldItem): RouteAnswer<'listAppHoldItems'>['data'][number] {
  const { kind, name, state, cause, facts } = row
  return {
    kind,
    id: formatTypeId(kind === 'user' ? 'usr' : 'team', row.object_id),
    name,
    targetKey: row.target_key,
    state,
    cause,
    count: facts?.count ?? 1,
    cleared: facts?.cleared ?? [],
    changed: facts?.changed ?? [],
    heldAt: row.held_at.toISOString(),
    decidedAt: row.decided_at?.toISOString() ?? null,
    decidedBy: row.decided_by,
  }
}
