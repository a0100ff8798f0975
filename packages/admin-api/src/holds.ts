import { z } from 'zod'
import { inOrganization, none, type Route } from './route.ts'
import { idOf, instant, pageOf, pageQuery, version } from './values.ts'

const holdState = z.enum(['open', 'approved', 'discarded', 'expired', 'undone']).meta({ id: 'HoldState' })

const holdFields = {
  id: idOf('hold'),
  connectionId: idOf('connection'),
  state: holdState,
  threshold: z.int().describe('How many people could be cut off within 60 minutes without asking'),
  changeCount: z.int().min(0).describe('How many changes wait'),
  openedAt: instant,
  decidedAt: instant.nullable(),
  decidedBy: z.string().nullable(),
  undoneAt: instant.nullable(),
  undoneBy: z.string().nullable(),
  version,
}

export const holdSummary = z.object(holdFields).meta({ id: 'HoldSummary' })

export const holdPage = pageOf(holdSummary, 'HoldPage')

const heldSubject = z
  .object({
    kind: z.enum(['user', 'team']),
    id: idOf('user', 'team'),
    name: z.string().nullable().describe('Null when it is gone by now'),
  })
  .meta({ id: 'HeldSubject' })

export const heldChange = z
  .object({
    action: z.enum(['suspend', 'delete', 'remove']),
    subject: heldSubject,
    member: heldSubject.nullable().describe('Who would leave the team, null for other actions'),
    requestedAt: instant,
    appliedAt: instant.nullable().describe('Null when it had happened by another way, or not at all'),
    undone: z.enum(['restored', 'kept']).nullable(),
    reason: z.string().nullable().describe('Why it was kept when the hold was undone'),
    revokedKeys: z
      .array(z.object({ id: idOf('key'), name: z.string(), hint: z.string() }))
      .describe('Keys of the person that were revoked with it: an undo does not bring them back, make new ones'),
  })
  .meta({ id: 'HeldChange' })

export const hold = z
  .object({ ...holdFields, changes: z.array(heldChange).describe('At most 1,000, in the order of their request') })
  .meta({ id: 'Hold' })

export const holdQuery = z.object({ ...pageQuery, state: holdState.optional() })

const onHold = inOrganization.extend({ hold: idOf('hold') })

export const holdRoutes = {
  listHolds: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/holds',
    tag: 'Holds',
    summary: 'Mass changes that waited or wait for a person, newest first',
    scope: 'log:read',
    params: inOrganization,
    query: holdQuery,
    body: null,
    status: 200,
    answer: holdPage,
    errors: ['invalidCursor'],
  },
  getHold: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/holds/{hold}',
    tag: 'Holds',
    summary: 'One hold with the names of all whom it concerns',
    scope: 'log:read',
    params: onHold,
    query: none,
    body: null,
    status: 200,
    answer: hold,
    errors: [],
  },
  approveHold: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/holds/{hold}/approve',
    tag: 'Holds',
    summary: 'Carry out what waits; the client’s next try finds it done',
    scope: 'holds:decide',
    params: onHold,
    query: none,
    body: null,
    status: 200,
    answer: hold,
    errors: ['conflict'],
  },
  undoHold: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/holds/{hold}/undo',
    tag: 'Holds',
    summary: 'Take back what was carried out, as far as nothing else happened since',
    scope: 'holds:decide',
    feature: 'massChangeUndo',
    params: onHold,
    query: none,
    body: null,
    status: 200,
    answer: hold,
    errors: ['conflict'],
  },
  discardHold: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/holds/{hold}/discard',
    tag: 'Holds',
    summary: 'Drop what waits',
    scope: 'holds:decide',
    params: onHold,
    query: none,
    body: null,
    status: 200,
    answer: hold,
    errors: ['conflict'],
  },
} as const satisfies Record<string, Route>
