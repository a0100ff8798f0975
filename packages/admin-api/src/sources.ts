import { z } from 'zod'
import { inOrganization, none, page, type Route } from './route.ts'
import { run } from './runs.ts'
import { sourceCredentials, sourcePlace } from './source-places.ts'
import { sourceRules } from './source-rules.ts'
import { sourceSettings } from './source-settings.ts'
import { displayName, idOf, instant, limits, namesChange, pageOf, version } from './values.ts'

const sourceState = z
  .enum(['draft', 'active', 'paused'])
  .describe('`draft`: no rules are live yet')
  .meta({ id: 'SourceState' })

const credentials = sourceCredentials.nullable().describe('Stored sealed and never shown; null: none')
const precedence = z
  .int()
  .min(1)
  .max(1_000)
  .describe('Which source wins where several say something of one person: the smaller number')

const source = z
  .object({
    id: idOf('source'),
    connectionId: idOf('connection').describe('The connection that owns the people it brought'),
    name: z.string(),
    state: sourceState,
    pausedReason: z.string().nullable(),
    liveRevision: z.int().nullable().describe('The rules that it is mapped by'),
    draftRevision: z.int().nullable().describe('The rules that wait to be published'),
    place: sourcePlace,
    credentials: z
      .object({ kind: z.enum(['bearer', 'basic', 'apiKey', 'oauth']) })
      .nullable()
      .describe('What kind there is; null: none'),
    settings: sourceSettings,
    precedence,
    nextReadAt: instant.nullable(),
    version,
    createdBy: z.string(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Source' })

const createBody = z
  .strictObject({
    name: displayName,
    place: sourcePlace,
    credentials: credentials.optional(),
    settings: sourceSettings.optional(),
    precedence: precedence.default(100),
    rules: sourceRules.optional().describe('Saved as the first draft'),
    preset: z
      .enum(['scim', 'people'])
      .optional()
      .describe(
        'Where rules are left out, a first draft of them. `scim`: records are SCIM users, as exports of people write them; `people`: rows of a table with the columns `userName`, `externalId`, `displayName`, `givenName`, `familyName` and `email`; who is not in it stays',
      ),
  })
  .meta({ id: 'SourceCreate' })

const updateBody = z
  .strictObject({
    name: displayName.optional(),
    place: sourcePlace.optional().describe('Replaces all of it; another server wants the credentials anew'),
    credentials: credentials.optional(),
    settings: sourceSettings.optional().describe('Replaces all settings'),
    precedence: precedence.optional(),
  })
  .refine(...namesChange)
  .meta({ id: 'SourceUpdate' })

const pauseBody = z
  .strictObject({ reason: z.string().trim().min(1).max(limits.descriptionCharactersMax).optional() })
  .meta({ id: 'SourcePause' })

export const sourceEntry = z
  .object({
    kind: z.enum(['record', 'deleted', 'bad']),
    anchor: z.string().nullable().describe('Null too where no rules say yet what names a record'),
    place: z.string().describe('Where it stands in the source: a line, a DN, a page'),
    attributes: z.record(z.string(), z.unknown()).nullable(),
    attribute: z.string().nullable().describe('Of a bad one: the column that is wrong'),
    reason: z.string().nullable(),
    detail: z.string().nullable(),
  })
  .meta({ id: 'SourceEntry' })

const sourceTest = z
  .object({
    isWorking: z.boolean(),
    reason: z.string().nullable().describe('Why not; null: it works'),
    meaning: z.string().nullable(),
    remedy: z.string().nullable(),
    detail: z.string().nullable(),
    place: z.string().nullable(),
    columns: z.array(z.string()),
    sample: z.array(sourceEntry).describe('At most 20'),
    steps: z
      .array(
        z.object({
          name: z.enum(['resolve', 'connect', 'secure', 'signIn', 'read']),
          isDone: z.boolean(),
          ms: z.int().min(0),
          detail: z.string().nullable().describe('What was found, or why it went no further'),
        }),
      )
      .describe('The way to the records, up to the first step that failed'),
    format: z
      .object({ encoding: z.string(), delimiter: z.string() })
      .nullable()
      .describe('How a table is written, as it was named or found'),
  })
  .meta({ id: 'SourceTest' })

export const onSource = inOrganization.extend({ source: idOf('source') })
export const sourcePath = '/api/v1/organizations/{organization}/sources/{source}' as const
const sources = '/api/v1/organizations/{organization}/sources' as const
const all = { tag: 'Sources', params: onSource, query: none } as const
const act = {
  ...all,
  method: 'POST',
  scope: 'sources:run',
  status: 200,
  answer: source,
  errors: ['conflict'],
  hasVersion: true,
} as const

export const sourceRoutes = {
  listSources: {
    ...all,
    method: 'GET',
    path: sources,
    summary: 'What people come from by itself, oldest first',
    scope: 'sources:read',
    params: inOrganization,
    query: page,
    body: null,
    status: 200,
    answer: pageOf(source, 'SourcePage'),
    errors: ['invalidCursor'],
  },
  createSource: {
    ...all,
    method: 'POST',
    path: sources,
    summary: 'Make a source; nobody comes in before rules are published',
    scope: 'sources:manage',
    params: inOrganization,
    body: createBody,
    status: 201,
    answer: source,
    errors: ['conflict'],
    hasVersion: true,
  },
  getSource: {
    ...all,
    method: 'GET',
    path: sourcePath,
    summary: 'One source, without its credentials',
    scope: 'sources:read',
    body: null,
    status: 200,
    answer: source,
    errors: [],
    hasVersion: true,
  },
  updateSource: {
    ...all,
    method: 'PATCH',
    path: sourcePath,
    summary: 'Change name, place, credentials, settings or precedence of a source',
    scope: 'sources:manage',
    body: updateBody,
    status: 200,
    answer: source,
    errors: ['conflict', 'versionMismatch'],
    hasVersion: true,
  },
  deleteSource: {
    ...all,
    method: 'DELETE',
    path: sourcePath,
    summary: 'Delete a source, and by a run its records; the people it brought stay, owned by nobody',
    scope: 'sources:manage',
    stepUp: true,
    body: null,
    status: 202,
    answer: run,
    errors: ['conflict'],
  },
  pauseSource: {
    ...act,
    path: `${sourcePath}/pause`,
    summary: 'Read nothing by itself until it is resumed',
    body: pauseBody,
  },
  resumeSource: { ...act, path: `${sourcePath}/resume`, summary: 'Read it again by itself', body: null },
  testSource: {
    ...all,
    method: 'POST',
    path: `${sourcePath}/test`,
    summary: 'Ask the source for a few records, which proves address and credentials; nothing changes',
    scope: 'sources:run',
    body: null,
    status: 200,
    answer: sourceTest,
    errors: [],
  },
} as const satisfies Record<string, Route>
