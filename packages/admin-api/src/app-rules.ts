import { z } from 'zod'
import { appPath, onApp } from './apps.ts'
import { provisioningRules } from './provisioning-rules.ts'
import { none, page, type Route } from './route.ts'
import { revisionBody, revisionName, revisionNote, revisionSummaryFields } from './rule-revisions.ts'
import { pageOf } from './values.ts'

const revisionSummary = z.object(revisionSummaryFields).meta({ id: 'AppRevisionSummary' })
const revision = z.object({ ...revisionSummaryFields, rules: provisioningRules }).meta({ id: 'AppRevision' })
const saveBody = z
  .strictObject({ rules: provisioningRules, note: revisionNote.optional() })
  .meta({ id: 'AppRulesSave' })

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
    query: z.object({ revision: revisionName.default('live') }),
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
