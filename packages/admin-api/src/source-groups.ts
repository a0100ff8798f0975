import { z } from 'zod'
import { none, type Route } from './route.ts'
import { onSourceRead, sourceReadPath } from './source-reads.ts'
import { onSource, sourcePath } from './sources.ts'
import { anchor, idOf, instant, limits, pageOf, pageQuery } from './values.ts'

const situation = z
  .enum(['new', 'linked', 'outOfScope', 'vanished', 'nameTaken', 'asked', 'released', 'escrowed'])
  .describe(
    '`linked`: it is a team; `asked`: there is a team of that name; `released`: somebody here took the team away from the source',
  )
  .meta({ id: 'SourceGroupSituation' })

const groupFields = {
  anchor,
  name: z.string().nullable().describe('What the rules call its team; null: not worked out yet'),
  situation,
  teamId: idOf('team').nullable().describe('The team, as long as it is this source’s'),
  isFollowed: z.boolean().describe('People come into the team and leave it as in the group'),
  isPending: z.boolean().describe('It has changed since it was settled'),
  isDeleted: z.boolean(),
  absentReads: z.int().describe('Complete reads in a row that did not show it'),
  place: z.string().nullable(),
  errorReason: z.string().nullable(),
  errorAttribute: z.string().nullable(),
  errorDetail: z.string().nullable(),
  updatedAt: instant,
}

const groupSummary = z.object(groupFields).meta({ id: 'SourceGroupSummary' })

const group = z
  .object({
    ...groupFields,
    raw: z.record(z.string(), z.unknown()).describe('Its columns, as the source said them'),
    members: z.int().describe('Direct members, as the source names them'),
    waiting: z.int().describe('Of which nobody here is known, or no group: whoever arrives is put in then'),
  })
  .meta({ id: 'SourceGroup' })

const operationName = z
  .enum(['create', 'link', 'update', 'detach', 'remove', 'none'])
  .describe('`link`: a team that was there is the group from now on; `update`: another name or description')
  .meta({ id: 'SourceTeamOperationName' })
const operationState = z
  .enum(['planned', 'done', 'failed', 'held', 'rejected', 'told'])
  .meta({ id: 'SourceTeamOperationState' })
const change = z.enum(['add', 'remove']).meta({ id: 'SourceTeamMoveChange' })
const moveState = z
  .enum(['planned', 'done', 'failed', 'held', 'rejected', 'waiting'])
  .describe('`waiting`: the person did not come to be by this read')
  .meta({ id: 'SourceTeamMoveState' })

/** What a plan says of teams. */
export const plannedTeams = z
  .object({
    operations: z.array(
      z.object({
        operation: operationName,
        state: operationState,
        count: z.int(),
        examples: z.array(z.object({ anchor, name: z.string().nullable() })).describe('The first 20'),
      }),
    ),
    members: z.array(z.object({ change, state: moveState, count: z.int() })),
  })
  .meta({ id: 'SourcePlanTeams' })

const operation = z
  .object({
    anchor: anchor.describe('Of the group'),
    operation: operationName,
    state: operationState,
    situation,
    reason: z.string(),
    teamId: idOf('team').nullable(),
    name: z.string().nullable().describe('What the team is called afterwards'),
    previousName: z.string().nullable(),
    adding: z.int().describe('People who come into the team'),
    removing: z.int().describe('People who leave it'),
    holdId: idOf('hold').nullable(),
    error: z.string().nullable(),
  })
  .meta({ id: 'SourceTeamOperation' })

const move = z
  .object({
    anchor: anchor.describe('Of the group'),
    team: z.string().nullable().describe('What its team is called'),
    member: z.string().describe('How the group names the person'),
    change,
    state: moveState,
    personId: idOf('user').nullable().describe('Null: made by the same read'),
    name: z.string().nullable(),
    holdId: idOf('hold').nullable(),
  })
  .meta({ id: 'SourceTeamMove' })

const rejectBody = z
  .strictObject({
    anchors: z.array(anchor).min(1).max(10_000).describe('Of groups'),
    reason: z.string().trim().min(1).max(limits.descriptionCharactersMax).optional(),
  })
  .meta({ id: 'SourceTeamsReject' })

const read = { query: none, scope: 'sources:read', method: 'GET', body: null, status: 200 } as const

export const sourceGroupRoutes = {
  listSourceGroups: {
    ...read,
    tag: 'Source records',
    params: onSource,
    path: `${sourcePath}/groups`,
    summary: 'Groups of a source and which teams they are, in the order of anchors',
    query: z.object({
      ...pageQuery,
      situation: situation.optional(),
      search: z.string().min(1).max(limits.searchCharactersMax).optional().describe('Part of the name'),
    }),
    answer: pageOf(groupSummary, 'SourceGroupPage'),
    errors: ['invalidCursor'],
  },
  getSourceGroup: {
    ...read,
    tag: 'Source records',
    params: onSource.extend({ anchor }),
    path: `${sourcePath}/groups/{anchor}`,
    summary: 'One group: as it came, and which team it is',
    answer: group,
    errors: [],
  },
  followSourceGroup: {
    tag: 'Source records',
    params: onSource.extend({ anchor }),
    query: none,
    method: 'POST',
    scope: 'sources:run',
    path: `${sourcePath}/groups/{anchor}/follow`,
    summary: 'Let the next read judge a group as if it were new, also one whose team was taken away from the source',
    body: null,
    status: 200,
    answer: group,
    errors: [],
  },
  listSourceTeamOperations: {
    ...read,
    tag: 'Source plans',
    params: onSourceRead,
    path: `${sourceReadPath}/teams`,
    summary: 'What a read does with teams, in the order of the anchors of their groups',
    query: z.object({ ...pageQuery, operation: operationName.optional(), state: operationState.optional() }),
    answer: pageOf(operation, 'SourceTeamOperationPage'),
    errors: ['invalidCursor'],
  },
  listSourceTeamMoves: {
    ...read,
    tag: 'Source plans',
    params: onSourceRead,
    path: `${sourceReadPath}/team-members`,
    summary: 'Who comes into teams by a read and who leaves them, by name',
    query: z.object({
      ...pageQuery,
      change: change.optional(),
      state: moveState.optional(),
      group: anchor.optional().describe('Only of the group of this anchor'),
    }),
    answer: pageOf(move, 'SourceTeamMovePage'),
    errors: ['invalidCursor'],
  },
  rejectSourceTeams: {
    tag: 'Source plans',
    params: onSourceRead,
    query: none,
    method: 'POST',
    scope: 'sources:run',
    path: `${sourceReadPath}/teams/reject`,
    summary: 'Leave some teams, and who is in them, as they are until their groups change',
    body: rejectBody,
    status: 200,
    answer: z.object({ rejected: z.int().describe('Groups of which something was planned') }),
    errors: ['conflict'],
  },
} as const satisfies Record<string, Route>
