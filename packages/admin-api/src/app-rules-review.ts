import { z } from 'zod'
import { appPath, onApp } from './apps.ts'
import { provisioningRules, ruleChange, ruleFinding, rulesFormats } from './provisioning-rules.ts'
import { none, type Route } from './route.ts'
import { limits } from './values.ts'

const revisionName = z
  .union([z.enum(['live', 'draft']), z.string().regex(/^[1-9]\d{0,8}$/, 'Expected live, draft or a number')])
  .describe('`live`, `draft`, or the number of one')

const format = z.enum(rulesFormats).describe('`entra`: the synchronizationSchema of Microsoft Graph')
const lost = z.array(z.string()).describe('What the format cannot say')

const findings = z
  .object({
    errors: z.int().describe('Rules with errors are not saved'),
    warnings: z.int(),
    findings: z.array(ruleFinding),
  })
  .meta({ id: 'AppRulesCheck' })

const difference = z
  .object({ from: z.int().nullable(), to: z.int(), changes: z.array(ruleChange) })
  .meta({ id: 'AppRulesDiff' })

const text = z.object({ revision: z.int(), format, text: z.string(), lost }).meta({ id: 'AppRulesText' })

const importBody = z
  .strictObject({
    text: z.string().min(1).max(limits.bodyBytesMax),
    format,
    note: z.string().trim().min(1).max(limits.descriptionCharactersMax).optional(),
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
    answer: findings,
  },
  diffAppRules: {
    ...all,
    method: 'GET',
    path: `${appPath}/rules/diff`,
    summary: 'What differs between two versions of the rules',
    query: z.object({ from: revisionName.default('live'), to: revisionName.default('draft') }),
    answer: difference,
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
