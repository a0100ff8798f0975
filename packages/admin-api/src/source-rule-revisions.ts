import { z } from 'zod'
import { none, page, type Route } from './route.ts'
import {
  comparedQuery,
  revisionBody,
  revisionName,
  revisionNote,
  revisionSummaryFields,
  rulesCheck,
  rulesComparison,
} from './rule-revisions.ts'
import { onSource, sourcePath } from './sources.ts'
import { sourceRules } from './source-rules.ts'
import { pageOf } from './values.ts'

const revisionSummary = z.object(revisionSummaryFields).meta({ id: 'SourceRevisionSummary' })
const revision = z.object({ ...revisionSummaryFields, rules: sourceRules }).meta({ id: 'SourceRevision' })
const saveBody = z.strictObject({ rules: sourceRules, note: revisionNote.optional() }).meta({ id: 'SourceRulesSave' })

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
    query: z.object({ revision: revisionName.default('live') }),
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
    query: comparedQuery,
    body: null,
    status: 200,
    answer: rulesComparison.meta({ id: 'SourceRulesComparison' }),
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
    answer: rulesCheck.meta({ id: 'SourceRulesCheck' }),
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
