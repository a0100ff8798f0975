import { z } from 'zod'
import { ruleChange, ruleFinding } from './provisioning-rules.ts'
import { none, page, type Route } from './route.ts'
import { onSource, sourcePath } from './sources.ts'
import { sourceRules } from './source-rules.ts'
import { instant, limits, pageOf } from './values.ts'

const revisionNumber = z.int().min(1).describe('Counts up with every save')
const note = z.string().trim().min(1).max(limits.descriptionCharactersMax)

const summaryFields = {
  revision: revisionNumber,
  state: z.enum(['live', 'draft', 'past']),
  note: z.string().nullable(),
  createdBy: z.string(),
  createdAt: instant,
}

const revisionSummary = z.object(summaryFields).meta({ id: 'SourceRevisionSummary' })

const revision = z.object({ ...summaryFields, rules: sourceRules }).meta({ id: 'SourceRevision' })

const revisionText = z.string().regex(/^[1-9]\d{0,8}$/, 'Expected live, draft or a number')
const revisionName = z.union([z.enum(['live', 'draft']), revisionText])

const saveBody = z
  .strictObject({ rules: sourceRules, note: note.optional().describe('Why, for those who read the history') })
  .meta({ id: 'SourceRulesSave' })

const revisionBody = z.strictObject({ revision: revisionNumber })

const comparison = z
  .object({
    from: revisionNumber.nullable().describe('Null where nothing was live yet'),
    to: revisionNumber,
    changes: z.array(ruleChange),
  })
  .meta({ id: 'SourceRulesComparison' })

const findings = z
  .object({
    errors: z.int().describe('Rules with errors are not saved'),
    warnings: z.int(),
    findings: z.array(ruleFinding),
  })
  .meta({ id: 'SourceRulesCheck' })

const all = { tag: 'Source rules', params: onSource, query: none } as const

export const sourceRuleRoutes = {
  listSourceRevisions: {
    ...all,
    method: 'GET',
    path: `${sourcePath}/rules/revisions`,
    summary: 'All versions of the rules of a source, latest first',
    scope: 'sources:read',
    query: page,
    body: null,
    status: 200,
    answer: pageOf(revisionSummary, 'SourceRevisionPage'),
    errors: ['invalidCursor'],
  },
  getSourceRules: {
    ...all,
    method: 'GET',
    path: `${sourcePath}/rules`,
    summary: 'The rules of a source: how its records become people',
    scope: 'sources:read',
    query: z.object({ revision: revisionName.default('live').describe('`live`, `draft`, or the number of one') }),
    body: null,
    status: 200,
    answer: revision,
    errors: [],
  },
  compareSourceRules: {
    ...all,
    method: 'GET',
    path: `${sourcePath}/rules/diff`,
    summary: 'What differs between two versions of the rules of a source',
    scope: 'sources:read',
    query: z.object({ from: revisionName.default('live'), to: revisionName.default('draft') }),
    body: null,
    status: 200,
    answer: comparison,
    errors: [],
  },
  saveSourceRules: {
    ...all,
    method: 'POST',
    path: `${sourcePath}/rules`,
    summary: 'Save rules as the draft; what is live stays',
    scope: 'sources:manage',
    body: saveBody,
    status: 201,
    answer: revision,
    errors: [],
  },
  checkSourceRules: {
    ...all,
    method: 'POST',
    path: `${sourcePath}/rules/check`,
    summary: 'Everything that can be said about rules before they are saved',
    scope: 'sources:read',
    body: z.strictObject({ rules: sourceRules }).meta({ id: 'SourceRulesCheckRequest' }),
    status: 200,
    answer: findings,
    errors: [],
  },
  restoreSourceRules: {
    ...all,
    method: 'POST',
    path: `${sourcePath}/rules/restore`,
    summary: 'Save an earlier version of the rules as the draft',
    scope: 'sources:manage',
    body: revisionBody.meta({ id: 'SourceRulesRestore' }),
    status: 201,
    answer: revision,
    errors: [],
  },
  publishSourceRules: {
    ...all,
    method: 'POST',
    path: `${sourcePath}/rules/publish`,
    summary: 'Let the source be mapped by a version of its rules',
    scope: 'sources:manage',
    body: revisionBody.meta({ id: 'SourceRulesPublish' }),
    status: 200,
    answer: revision,
    errors: ['conflict'],
  },
} as const satisfies Record<string, Route>
