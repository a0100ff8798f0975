import { z } from 'zod'
import { link } from './app-links.ts'
import { memberChanges } from './app-plans.ts'
import { appPath, onApp } from './apps.ts'
import { action, explanation, logSummary, modified, status, step } from './provisioning-log.ts'
import { inOrganization, none, type Route } from './route.ts'
import { idOf, instant, pageOf, pageQuery } from './values.ts'

const objectId = idOf('user', 'team').describe('A person or a team')
const object = z.object({ kind: z.enum(['user', 'team']), id: idOf('user', 'team'), name: z.string().nullable() })

/** Attributes that are tried in one preview. */
const overridesMax = 50

const previewBody = z
  .strictObject({
    object: objectId,
    revision: z
      .union([z.enum(['live', 'draft']), z.int().min(1)])
      .default('live')
      .describe('By which rules'),
    attributes: z
      .record(z.string().min(1).max(300), z.json())
      .refine((each) => Object.keys(each).length <= overridesMax, `At most ${overridesMax} attributes`)
      .optional()
      .describe(
        'As if it had these: SCIM paths or Entra’s names, such as `title`, `name.givenName`, `department`, `active`',
      ),
  })
  .meta({ id: 'AppPreviewBody' })

const preview = z
  .object({
    object,
    revision: z.int(),
    action: action.nullable().describe('What would be done; null: nothing'),
    status,
    reason: z.string().describe('A code of `provisioning-reasons`'),
    explanation,
    steps: z.array(step).describe('import, scoping, matching, processing, referenceResolution, export'),
    requests: z
      .array(
        z.object({
          method: z.string(),
          path: z.string(),
          requestBody: z.record(z.string(), z.unknown()).optional(),
          status: z.int().nullable(),
          responseBody: z.string().optional(),
          durationMs: z.number(),
          isSent: z.boolean().describe('Searches and reads were asked of the app; what changes something was not sent'),
        }),
      )
      .describe('As the app would get them, redacted'),
    modified,
    gate: z
      .object({
        class: z.enum(['disable', 'delete', 'clear']),
        cause: z.string(),
        allowance: z.int().nullable(),
        used: z.int(),
        effect: z.enum(['counted', 'held', 'off']),
      })
      .nullable()
      .describe('What the gate would say; null: it harms nobody'),
    members: z
      .object(memberChanges)
      .nullable()
      .describe('Of a team with a group: who would enter and leave it, as accounts are now'),
    dueAt: instant.nullable().describe('Not before then; null: at once, or nothing is to be done'),
    account: z
      .object({ state: z.string(), targetKey: z.string().nullable(), origin: z.string().nullable() })
      .describe('What is known of the account today'),
  })
  .meta({ id: 'AppPreview' })

const why = z
  .object({
    app: z.object({ id: idOf('app'), name: z.string(), state: z.string() }),
    object,
    sentence: z.string().describe('Who, what there is in the app, and why'),
    reason: z.string().describe('A code of `provisioning-reasons`'),
    explanation,
    detail: z.string().nullable().describe('What went wrong last, in the words of the app'),
    nextAttemptAt: instant.nullable().describe('Null: when something changes'),
    link: link.nullable(),
    lastEntry: logSummary.nullable().describe('The last line of the provisioning log'),
    scoping: step.nullable().describe('Assignment and every clause with its value; null: no rules are live'),
  })
  .meta({ id: 'AppWhy' })

const whyQuery = { object: objectId }

export const appPreviewRoutes = {
  previewApp: {
    tag: 'Apps',
    method: 'POST',
    path: `${appPath}/preview`,
    summary: 'What would become of one person or team: every step, and the requests. Nothing is changed',
    scope: 'apps:run',
    params: onApp,
    query: none,
    body: previewBody,
    status: 200,
    answer: preview,
    errors: [],
  },
  getAppWhy: {
    tag: 'Apps',
    method: 'GET',
    path: `${appPath}/why`,
    summary: 'Why a person or team has an account in the app, or has none',
    scope: 'apps:read',
    params: onApp,
    query: z.object(whyQuery),
    body: null,
    status: 200,
    answer: why,
    errors: [],
  },
  whyEverywhere: {
    tag: 'Apps',
    method: 'GET',
    path: '/api/v1/organizations/{organization}/why',
    summary: 'The same for all apps: how one person or team stands in each',
    scope: 'apps:read',
    params: inOrganization,
    query: z.object({ ...pageQuery, ...whyQuery }),
    body: null,
    status: 200,
    answer: pageOf(why, 'AppWhyPage'),
    errors: ['invalidCursor'],
  },
} as const satisfies Record<string, Route>
