import { z } from 'zod'
import { none, type Route } from './route.ts'
import { onSource, sourcePath } from './sources.ts'
import { anchor, idOf, instant, limits, pageOf, pageQuery } from './values.ts'

const decisionName = z
  .enum(['link', 'create', 'ignore'])
  .describe('`link`: it is that person; `create`: it is nobody who is here; `ignore`: it is nobody')
  .meta({ id: 'SourceDecisionName' })

const decision = z
  .object({
    anchor,
    decision: decisionName,
    personId: idOf('user').nullable(),
    personName: z.string().nullable(),
    reason: z.string().nullable(),
    decidedBy: z.string(),
    decidedAt: instant,
  })
  .meta({ id: 'SourceDecision' })

const decideBody = z
  .strictObject({
    anchor,
    decision: decisionName,
    person: idOf('user').optional().describe('Of `link`'),
    reason: z.string().trim().min(1).max(limits.descriptionCharactersMax).optional(),
  })
  .meta({ id: 'SourceDecide' })

const previewBody = z
  .strictObject({
    anchor: anchor.optional().describe('Of a record that is there'),
    attributes: z.record(z.string(), z.json()).optional().describe('Or a record that might be, by column'),
    revision: z
      .union([z.enum(['live', 'draft']), z.int().min(1)])
      .optional()
      .describe('By which rules; the draft when left out, what is live where there is none'),
  })
  .meta({ id: 'SourcePreviewAsk' })

const preview = z
  .object({
    anchor,
    revision: z.int(),
    situation: z.string(),
    operation: z.string().describe('What would be done; `none`: nothing'),
    reason: z.string().nullable(),
    personId: idOf('user').nullable(),
    name: z.string().nullable(),
    candidates: z.array(z.object({ id: idOf('user'), name: z.string().nullable() })),
    mapped: z.unknown().describe('What the rules make of the record; secret values are masked'),
    attributes: z.unknown().describe('The person afterwards; null: no change'),
    changes: z.array(z.object({ path: z.string(), before: z.unknown(), after: z.unknown() })),
    error: z.object({ reason: z.string(), attribute: z.string().nullable(), detail: z.string() }).nullable(),
  })
  .meta({ id: 'SourcePreview' })

const all = { tag: 'Source decisions', params: onSource, query: none } as const

export const sourceDecisionRoutes = {
  listSourceDecisions: {
    ...all,
    method: 'GET',
    path: `${sourcePath}/decisions`,
    summary: 'What people decided about records, in the order of anchors',
    scope: 'sources:read',
    query: z.object(pageQuery),
    body: null,
    status: 200,
    answer: pageOf(decision, 'SourceDecisionPage'),
    errors: ['invalidCursor'],
  },
  decideSourceRecord: {
    ...all,
    method: 'POST',
    path: `${sourcePath}/decisions`,
    summary: 'Say whose a record is; stronger than rules, until it is undone',
    scope: 'sources:run',
    body: decideBody,
    status: 200,
    answer: decision,
    errors: ['conflict'],
  },
  undoSourceDecision: {
    ...all,
    method: 'POST',
    path: `${sourcePath}/decisions/undo`,
    summary: 'Let the rules say again whose a record is',
    scope: 'sources:run',
    body: z.strictObject({ anchor }).meta({ id: 'SourceDecisionUndo' }),
    status: 204,
    answer: null,
    errors: [],
  },
  previewSourceRecord: {
    ...all,
    method: 'POST',
    path: `${sourcePath}/preview`,
    summary: 'What would become of one record; nothing is changed',
    scope: 'sources:read',
    body: previewBody,
    status: 200,
    answer: preview,
    errors: [],
  },
} as const satisfies Record<string, Route>
