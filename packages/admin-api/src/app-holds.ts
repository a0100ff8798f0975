import { z } from 'zod'
import { inOrganization, none, type Route } from './route.ts'
import { idOf, instant, pageOf, pageQuery, version } from './values.ts'

const holdClass = z
  .enum(['disable', 'delete', 'memberRemoval', 'clear'])
  .describe('What would happen: `clear` empties or changes attributes of accounts that stay')
  .meta({ id: 'AppHoldClass' })

const holdState = z
  .enum(['open', 'decided', 'lapsed'])
  .describe('`decided`: nothing waits any more; `lapsed`: nobody decided in time, and everything was judged anew')
  .meta({ id: 'AppHoldState' })

const itemState = z
  .enum(['held', 'approved', 'rejected', 'reversed', 'lapsed'])
  .describe('`reversed`: it is not destructive any more and left the hold by itself')
  .meta({ id: 'AppHoldItemState' })

const fields = {
  id: idOf('gateHold'),
  appId: idOf('app'),
  class: holdClass,
  state: holdState,
  allowance: z.int().describe('How many may pass in the window'),
  used: z.int().describe('How many had passed in it'),
  itemCount: z.int().describe('How many were ever held'),
  heldCount: z.int().describe('How many of them wait'),
  openedAt: instant,
  lapsesAt: instant,
  decidedAt: instant.nullable(),
  version,
}

const summary = z.object(fields).meta({ id: 'AppHoldSummary' })

const hold = z
  .object({
    ...fields,
    causes: z
      .array(z.object({ cause: z.string(), count: z.int() }))
      .describe('Why, most frequent first; at most 20. An empty text: not known'),
  })
  .meta({ id: 'AppHold' })

const objectId = idOf('user', 'team')

const item = z
  .object({
    kind: z.enum(['user', 'team']),
    id: objectId,
    name: z.string().nullable().describe('As it is now; null: gone by now'),
    targetKey: z.string().nullable().describe('Its id in the app'),
    state: itemState,
    cause: z.string(),
    count: z.int().describe('Members that a team would lose; 1 of everything else'),
    cleared: z.array(z.string()).describe('Attributes that would be emptied'),
    changed: z.array(z.string()).describe('Attributes that would change'),
    heldAt: instant,
    decidedAt: instant.nullable(),
    decidedBy: z.string().nullable(),
  })
  .meta({ id: 'AppHoldItem' })

const selection = {
  objects: z
    .array(objectId)
    .min(1)
    .max(1_000)
    .optional()
    .describe('Only these; whoever has left the hold meanwhile is passed over'),
  cause: z.string().max(1_000).optional().describe('Only those that are held for this cause'),
}

const approveBody = z.strictObject(selection).meta({ id: 'AppHoldApprove' })

const rejectBody = z
  .strictObject({
    ...selection,
    outcome: z
      .enum(['ignore', 'evaluate'])
      .describe(
        '`ignore`: these accounts stay as they are, and nothing is sent for them any more; members who were to leave a group stay in it until they are put in again, and the team goes on otherwise; `evaluate`: the cause was undone, so they are judged anew',
      ),
  })
  .meta({ id: 'AppHoldReject' })

const base = '/api/v1/organizations/{organization}/app-holds' as const
const one = `${base}/{gateHold}` as const
const onHold = inOrganization.extend({ gateHold: idOf('gateHold') })
const all = { tag: 'App holds', query: none, body: null } as const
const decision = {
  ...all,
  method: 'POST',
  scope: 'holds:decide',
  params: onHold,
  status: 200,
  answer: hold,
  errors: ['conflict'],
} as const

export const appHoldRoutes = {
  listAppHolds: {
    ...all,
    method: 'GET',
    path: base,
    summary: 'Destructive work on apps that waited or waits for a person, newest first',
    scope: 'apps:read',
    params: inOrganization,
    query: z.object({ ...pageQuery, app: idOf('app').optional(), state: holdState.optional() }),
    status: 200,
    answer: pageOf(summary, 'AppHoldPage'),
    errors: ['invalidCursor'],
  },
  getAppHold: {
    ...all,
    method: 'GET',
    path: one,
    summary: 'One hold of an app, with its causes',
    scope: 'apps:read',
    params: onHold,
    status: 200,
    answer: hold,
    errors: [],
  },
  listAppHoldItems: {
    ...all,
    method: 'GET',
    path: `${one}/items`,
    summary: 'Whom a hold of an app is about, by name',
    scope: 'apps:read',
    params: onHold,
    query: z.object({ ...pageQuery, state: itemState.optional(), cause: z.string().max(1_000).optional() }),
    status: 200,
    answer: pageOf(item, 'AppHoldItemPage'),
    errors: ['invalidCursor'],
  },
  approveAppHold: {
    ...decision,
    path: `${one}/approve`,
    summary: 'Let what waits go on: all, those of one cause, or those that are named',
    body: approveBody,
  },
  rejectAppHold: {
    ...decision,
    path: `${one}/reject`,
    summary: 'Keep what waits from happening: all, those of one cause, or those that are named',
    body: rejectBody,
  },
} as const satisfies Record<string, Route>
