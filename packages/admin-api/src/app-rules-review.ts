import { z } from 'zod'
import { appPath, onApp } from './apps.ts'
import { provisioningRules, rulesFormats } from './provisioning-rules.ts'
import { none, type Route } from './route.ts'
import { comparedQuery, revisionName, revisionNote, rulesCheck, rulesComparison } from './rule-revisions.ts'
import { limits } from './values.ts'

const format = z.enum(rulesFormats).describe('`entra`: the synchronizationSchema of Microsoft Graph')
const lost = z.array(z.string()).describe('What the format cannot say')

const text = z.object({ revision: z.int(), format, text: z.string(), lost }).meta({ id: 'AppRulesText' })

const importBody = z
  .strictObject({
    text: z.string().min(1).max(limits.bodyBytesMax),
    format,
    note: revisionNote.optional(),
  })
  .meta({ id: 'AppRulesImport' })

const imported = z.object({ revision: z.int(), rules: provisioningRules, lost }).meta({ id: 'AppRulesImported' })

const all = {
  tag: 'App rules',
  scope: 'apps:read',
  params: onApp,
  query: none,
  body: null,
  status: 200,
  errors: [],
} as const

export const appRuleReviewRoutes = {
  checkAppRules: {
    ...all,
    method: 'POST',
    path: `${appPath}/rules/check`,
    summary: 'Everything that can be said about rules before they are saved, with the people whom it concerns',
    body: z.strictObject({ rules: provisioningRules }).meta({ id: 'AppRulesCheckRequest' }),
    answer: rulesCheck.meta({ id: 'AppRulesCheck' }),
  },
  diffAppRules: {
    ...all,
    method: 'GET',
    path: `${appPath}/rules/diff`,
    summary: 'What differs between two versions of the rules',
    query: comparedQuery,
    answer: rulesComparison.meta({ id: 'AppRulesDiff' }),
  },
  exportAppRules: {
    ...all,
    method: 'GET',
    path: `${appPath}/rules/export`,
    summary: 'The rules as a text for a file',
    query: z.object({ revision: revisionName.default('live'), format: format.default('yaml') }),
    answer: text,
  },
  importAppRules: {
    ...all,
    method: 'POST',
    path: `${appPath}/rules/import`,
    summary: 'Save the rules of a file as the draft; what is live stays',
    scope: 'apps:manage',
    body: importBody,
    status: 201,
    answer: imported,
  },
} as const satisfies Record<string, Route>
