import { z } from 'zod'
import { none, type Route } from './route.ts'
import { onSource, sourcePath } from './sources.ts'
import { upcomingDates } from './upcoming-dates.ts'
import { anchor, idOf, instant, limits, pageOf, pageQuery } from './values.ts'

const recordFields = {
  anchor,
  situation: z.string().describe('What became of it: new, linked, ambiguous, taken, outOfScope, ignored, absent …'),
  personId: idOf('user').nullable().describe('Whose it is'),
  isPending: z.boolean().describe('It has changed since it was settled'),
  isDeleted: z.boolean().describe('The source itself said that it is gone'),
  absentReads: z.int().describe('Complete reads in a row that did not show it'),
  absentSince: instant.nullable(),
  place: z.string().nullable(),
  errorReason: z.string().nullable(),
  errorAttribute: z.string().nullable(),
  errorDetail: z.string().nullable(),
  updatedAt: instant,
}

const recordSummary = z.object(recordFields).meta({ id: 'SourceRecordSummary' })

const record = z
  .object({
    ...recordFields,
    raw: z.record(z.string(), z.unknown()).describe('As the source said it'),
    mapped: z.unknown().describe('What the rules made of it; null: not yet'),
    mappedRevision: z.int().nullable(),
    upcoming: upcomingDates,
  })
  .meta({ id: 'SourceRecord' })

const escrowed = z
  .object({
    id: idOf('sourceEscrow'),
    readId: idOf('sourceRead'),
    anchor: z.string().nullable().describe('Null where not even that could be read'),
    place: z.string(),
    attribute: z.string().nullable(),
    reason: z.string(),
    detail: z.string(),
    createdAt: instant,
  })
  .meta({ id: 'SourceEscrowEntry' })

const all = { tag: 'Source records', params: onSource, query: none, scope: 'sources:read', body: null } as const

export const sourceRecordRoutes = {
  listSourceRecords: {
    ...all,
    method: 'GET',
    path: `${sourcePath}/records`,
    summary: 'What a source said of everybody, in the order of anchors',
    query: z.object({
      ...pageQuery,
      situation: z.string().min(1).max(40).optional(),
      search: z.string().min(1).max(limits.searchCharactersMax).optional().describe('How the anchor begins'),
    }),
    status: 200,
    answer: pageOf(recordSummary, 'SourceRecordPage'),
    errors: ['invalidCursor'],
  },
  getSourceRecord: {
    ...all,
    method: 'GET',
    path: `${sourcePath}/records/{anchor}`,
    summary: 'One record: as it came, what the rules made of it, whose it is',
    params: onSource.extend({ anchor }),
    status: 200,
    answer: record,
    errors: [],
  },
  listSourceEscrow: {
    ...all,
    method: 'GET',
    path: `${sourcePath}/escrow`,
    summary: 'Records that could not be read, with what is wrong and where',
    query: z.object({ ...pageQuery, reason: z.string().min(1).max(40).optional() }),
    status: 200,
    answer: pageOf(escrowed, 'SourceEscrowPage'),
    errors: ['invalidCursor'],
  },
} as const satisfies Record<string, Route>
