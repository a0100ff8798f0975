import { z } from 'zod'
import { none, type Route } from './route.ts'
import { onSource, sourcePath } from './sources.ts'
import { idOf, instant, pageOf, pageQuery } from './values.ts'

const state = z
  .enum(['held', 'waiting', 'sending', 'done', 'failed'])
  .describe(
    '`held`: an attribute that it needs has no value yet; `waiting`: it goes out at `dueAt`, or with the next file',
  )

const writeBack = z
  .object({
    anchor: z.string(),
    personId: idOf('user'),
    state,
    fields: z.record(z.string(), z.unknown()).describe('What the source is told'),
    dueAt: instant,
    failures: z.int(),
    status: z.int().nullable().describe('What the server answered last'),
    detail: z.string().nullable(),
    updatedAt: instant,
    sentAt: instant.nullable(),
  })
  .meta({ id: 'SourceWriteBack' })

const counted = z.object({ count: z.int().min(0) }).meta({ id: 'SourceWriteBackCount' })
const all = { tag: 'Source write-back', params: onSource, query: none } as const

export const sourceWriteBackRoutes = {
  listSourceWriteBacks: {
    ...all,
    method: 'GET',
    path: `${sourcePath}/write-backs`,
    summary: 'What a source is told of its people, and what became of it, in the order of anchors',
    scope: 'sources:read',
    query: z.object({ ...pageQuery, state: state.optional() }),
    body: null,
    status: 200,
    answer: pageOf(writeBack, 'SourceWriteBackPage'),
    errors: ['invalidCursor'],
  },
  exportSourceWriteBacks: {
    ...all,
    method: 'GET',
    path: `${sourcePath}/write-backs/export-csv`,
    summary: 'What waits, as CSV for a source that takes files: a line a record',
    scope: 'sources:read',
    body: null,
    status: 200,
    answer: z.string(),
    mediaType: 'text/csv',
    errors: [],
  },
  confirmSourceWriteBacks: {
    ...all,
    method: 'POST',
    path: `${sourcePath}/write-backs/confirm`,
    summary: 'The source has taken the file: what waited in it is done',
    scope: 'sources:run',
    body: z
      .strictObject({ before: instant.describe('When the file was made: what came up later still waits') })
      .meta({ id: 'SourceWriteBackConfirm' }),
    status: 200,
    answer: counted,
    errors: [],
  },
  retrySourceWriteBacks: {
    ...all,
    method: 'POST',
    path: `${sourcePath}/write-backs/retry`,
    summary: 'Try again what failed',
    scope: 'sources:run',
    body: null,
    status: 200,
    answer: counted,
    errors: [],
  },
} as const satisfies Record<string, Route>
