import { z } from 'zod'
import { inOrganization, none, type Route } from './route.ts'
import { onSource, sourcePath } from './sources.ts'
import { idOf, instant, limits, pageOf, pageQuery } from './values.ts'

const readState = z
  .enum(['reading', 'held', 'accepted', 'judged', 'planned', 'applying', 'done', 'failed', 'cancelled', 'rejected'])
  .describe(
    '`held`: a guard waits for a person; `accepted`: read to its end; `judged`: it is what the source says now; `planned`: what it would do is known; `applying`: it is being done',
  )
  .meta({ id: 'SourceReadState' })

export const heldReasons = ['empty', 'shrunk', 'grown', 'columnEmpty', 'tooManyBad'] as const

const counts = z
  .object({
    read: z.int().min(0),
    changed: z.int().min(0),
    deleted: z.int().min(0).describe('Of which the source itself said that they are gone'),
    bad: z.int().min(0),
    absent: z.int().min(0).describe('Known before and not there'),
  })
  .catchall(z.int().min(0))
  .describe('And, once it is planned, one count an operation')

const sourceRead = z
  .object({
    id: idOf('sourceRead'),
    sourceId: idOf('source'),
    mode: z
      .enum(['full', 'delta', 'session', 'due'])
      .describe('`due`: nothing was read; what records had said of that day was done'),
    state: readState,
    heldReason: z.enum(heldReasons).nullable(),
    heldDetail: z.string().nullable(),
    errorReason: z.string().nullable().describe('Why it failed'),
    errorDetail: z.string().nullable(),
    revision: z.int().nullable().describe('The rules that it is mapped by'),
    requiresApproval: z.boolean().describe('Nothing is done before somebody applies its plan'),
    progress: z
      .object({
        done: z.number(),
        total: z.number().nullable(),
        recordsPerSecond: z.number().nullable().describe('Since it began'),
      })
      .nullable(),
    counts,
    failures: z.int().describe('So often it was tried again'),
    retryAt: instant.nullable(),
    startedBy: z.string(),
    startedAt: instant,
    endedAt: instant.nullable(),
  })
  .meta({ id: 'SourceRead' })

const startBody = z
  .strictObject({
    mode: z
      .enum(['full', 'delta'])
      .optional()
      .describe('Left out: only what changed where the source can tell, and all of it every `fullEveryHours`'),
    file: idOf('sourceFile').optional().describe('Which uploaded file; left out: the newest one'),
  })
  .meta({ id: 'SourceReadStart' })

const reasonBody = z
  .strictObject({ reason: z.string().trim().min(1).max(limits.descriptionCharactersMax).optional() })
  .meta({ id: 'SourceReadDecision' })

export const onSourceRead = inOrganization.extend({ sourceRead: idOf('sourceRead') })
export const sourceReadPath = '/api/v1/organizations/{organization}/source-reads/{sourceRead}' as const
const all = { tag: 'Source reads', params: onSourceRead, query: none } as const
const act = {
  ...all,
  method: 'POST',
  scope: 'sources:run',
  status: 200,
  answer: sourceRead,
  errors: ['conflict'],
} as const

export const sourceReadRoutes = {
  startSourceRead: {
    ...all,
    method: 'POST',
    path: `${sourcePath}/reads`,
    summary: 'Read a source now',
    scope: 'sources:run',
    params: onSource,
    body: startBody,
    status: 201,
    answer: sourceRead,
    errors: ['conflict'],
  },
  listSourceReads: {
    ...all,
    method: 'GET',
    path: `${sourcePath}/reads`,
    summary: 'Reads of a source, newest first',
    scope: 'sources:read',
    params: onSource,
    query: z.object({ ...pageQuery, state: readState.optional() }),
    body: null,
    status: 200,
    answer: pageOf(sourceRead, 'SourceReadPage'),
    errors: ['invalidCursor'],
  },
  getSourceRead: {
    ...all,
    method: 'GET',
    path: sourceReadPath,
    summary: 'One read: how far it is, what it found, why it waits',
    scope: 'sources:read',
    body: null,
    status: 200,
    answer: sourceRead,
    errors: [],
  },
  cancelSourceRead: {
    ...act,
    path: `${sourceReadPath}/cancel`,
    summary: 'End a read; what it found is forgotten, what it has done already stays',
    body: null,
  },
  approveSourceRead: {
    ...act,
    path: `${sourceReadPath}/approve`,
    summary: 'Let a held read go on',
    body: reasonBody,
  },
  rejectSourceRead: {
    ...act,
    path: `${sourceReadPath}/reject`,
    summary: 'Forget what a held read found; the next one reads all of it',
    body: reasonBody,
  },
} as const satisfies Record<string, Route>
