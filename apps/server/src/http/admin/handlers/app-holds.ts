import {
  countGateHolds,
  countHoldItems,
  decideHeld,
  getGateHold,
  listGateHolds,
  listHoldItems,
  type HoldAct,
} from '../../../provisioning/gate/holds.ts'
import { parseTypeId } from '../../../type-id.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { viewGateHold, viewGateHoldSummary, viewHoldItem } from '../views/app-holds.ts'

type AppHoldRoute = 'listAppHolds' | 'getAppHold' | 'listAppHoldItems' | 'approveAppHold' | 'rejectAppHold'

export const appHoldHandlers: Handlers<AppHoldRoute> = {
  listAppHolds: (context, { query }) => {
    const { database } = context.parts
    const { id } = context.organization
    const find = { state: query.state, appId: query.app === undefined ? undefined : toUuid('app', query.app) }
    return answerList(context, {
      route: 'listAppHolds',
      query,
      read: (page) => listGateHolds(database, id, { ...page, ...find }),
      count: () => countGateHolds(database, id, find),
      view: viewGateHoldSummary,
    })
  },

  getAppHold: async (context, { params }) => {
    const holdId = toUuid('ghold', params.gateHold)
    return { body: viewGateHold(await getGateHold(context.parts.database, context.organization.id, holdId)) }
  },

  listAppHoldItems: (context, { params, query }) => {
    const { database } = context.parts
    const { id } = context.organization
    const find = { holdId: toUuid('ghold', params.gateHold), state: query.state, cause: query.cause }
    return answerList(context, {
      route: 'listAppHoldItems',
      query,
      read: (page) => listHoldItems(database, id, { ...page, ...find }),
      count: () => countHoldItems(database, id, find),
      view: viewHoldItem,
    })
  },

  approveAppHold: (context, { params, body }) => decide(context, { ...params, ...body, act: 'approve' }),

  rejectAppHold: (context, { params, body }) => decide(context, { ...params, ...body, act: body.outcome }),
}

async function decide(
  context: CallContext,
  request: {
    readonly gateHold: string
    readonly objects?: readonly string[] | undefined
    readonly cause?: string | undefined
    readonly act: HoldAct['act']
  },
) {
  const { gateHold, objects, cause, act } = request
  const objectIds = objects?.map((id) => parseTypeId('usr', id) ?? toUuid('team', id))
  const hold = await decideHeld(context.parts.database, context.call, {
    organizationId: context.organization.id,
    holdId: toUuid('ghold', gateHold),
    selection: { objectIds, cause },
    act,
  })
  return { body: viewGateHold(hold) }
}
