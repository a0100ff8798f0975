import { z } from 'zod'
import { appPath, onApp } from './apps.ts'
import { provisioningRules } from './provisioning-rules.ts'
import { none, page, type Route } from './route.ts'
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

const revisionSummary = z.object(summaryFields).meta({ id: 'AppRevisionSummary' })

const revision = z.object({ ...summaryFields, rules: provisioningRules }).meta({ id: 'AppRevision' })

const revisionName = z.union([
  z.enum(['live', 'draft']),
  z.string().regex(/^[1-9]\d{0,8}$/, 'Expected live, draft or a number'),
])

const saveBody = z
  .strictObject({ rules: provisioningRules, note: note.optional().describe('Why, for those who read the history') })
  .meta({ id: 'AppRulesSave' })

const revisionBody = z.strictObject({ revision: revisionNumber })

const all = { tag: 'App rules', params: onApp, query: none } as const

export const appRuleRoutes = {
  listAppRevisions: {
    ...all,
    method: 'GET',
    path: `${appPath}/rules/revisions`,
    summary: 'All versions of the rules of an app, latest first',
    scope: 'apps:read',
    query: page,
    body: null,
    status: 200,
    answer: pageOf(revisionSummary, 'AppRevisionPage'),
    errors: ['invalidCursor'],
  },
  getAppRules: {
    ...all,
    method: 'GET',
    path: `${appPath}/rules`,
    summary: 'The rules of an app: who, matched by what, and what goes where',
    scope: 'apps:read',
    query: z.object({ revision: revisionName.default('live').describe('`live`, `draft`, or the number of one') }),
    body: null,
    status: 200,
    answer: revision,
    errors: [],
  },
  saveAppRules: {
    ...all,
    method: 'POST',
    path: `${appPath}/rules`,
    summary: 'Save rules as the draft; what is live stays',
    scope: 'apps:manage',
    body: saveBody,
    status: 201,
    answer: revision,
    errors: [],
  },
  restoreAppRules: {
    ...all,
    method: 'POST',
    path: `${appPath}/rules/restore`,
    summary: 'Save an earlier version of the rules as the draft',
    scope: 'apps:manage',
    body: revisionBody.meta({ id: 'AppRulesRestore' }),
    status: 201,
    answer: revision,
    errors: [],
  },
  publishAppRules: {
    ...all,
    method: 'POST',
    path: `${appPath}/rules/publish`,
    summary: 'Let the app run by its first rules; others go live by a plan',
    scope: 'apps:manage',
    body: revisionBody
      .extend({
        withoutPlan: z.boolean().default(false).describe('The first rules of an app in which nobody has an account'),
      })
      .meta({ id: 'AppRulesPublish' }),
    status: 200,
    answer: revision,
    errors: ['conflict'],
  },
} as const satisfies Record<string, Route>
