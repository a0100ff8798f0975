import { z } from 'zod'
import { localeNames } from './names.ts'
import { none, type Route } from './route.ts'
import { setupProvider, setupPurpose, setupState } from './setup-links.ts'
import { idOf, instant, limits } from './values.ts'

const act = z.enum([
  'test',
  'discovery',
  'lookUpUser',
  'listUsers',
  'createUser',
  'updateUser',
  'deleteUser',
  'lookUpGroup',
  'listGroups',
  'createGroup',
  'updateGroup',
  'deleteGroup',
  'other',
])

const detection = z
  .object({
    id: idOf('request'),
    at: instant,
    method: z.string(),
    path: z.string(),
    status: z.int(),
    durationMs: z.number(),
    act: act.describe('`test`: the test button of the provider, or its first request where its test is not known'),
    passed: z.boolean(),
    cause: z
      .enum([
        'wrongToken',
        'notAllowed',
        'wrongAddress',
        'alreadyThere',
        'invalidRequest',
        'tooManyRequests',
        'ourSide',
        'refused',
      ])
      .nullable(),
    detail: z.string().nullable().describe('What the provider was told'),
  })
  .meta({ id: 'SetupDetection' })

const scim = z
  .object({
    token: z
      .object({ hint: z.string(), createdAt: instant, lastUsedAt: instant.nullable() })
      .nullable()
      .describe('The one that this link made last'),
    detections: z.array(detection).describe('Requests since the link was made, newest first, at most 50'),
  })
  .meta({ id: 'SetupScim' })

const saml = z
  .object({
    identityProvider: z
      .object({
        entityId: z.string(),
        singleSignOnUrl: z.string(),
        certificates: z.array(z.object({ fingerprint: z.string(), expiresAt: instant })),
        metadataUrl: z.string().nullable(),
      })
      .nullable()
      .describe('Null: its metadata was not given yet'),
    lastTest: z
      .object({ at: instant, passed: z.boolean(), code: z.string().nullable(), detail: z.string().nullable() })
      .nullable()
      .describe('The latest sign-in by it'),
  })
  .meta({ id: 'SetupSaml' })

const visit = z
  .object({
    organization: z.object({ name: z.string() }),
    purpose: setupPurpose,
    provider: setupProvider,
    language: z.enum(localeNames),
    state: setupState,
    expiresAt: instant,
    step: z.string().nullable(),
    steps: z.array(
      z.object({
        step: z.string().describe('`<protocol>/<step of the guide>`; `saml/test`: a sign-in that was tried'),
        by: z.enum(['seen', 'hand']).describe('`seen`: that it is done shows by itself; `hand`: somebody ticks it off'),
        done: z.boolean(),
      }),
    ),
    values: z
      .object({
        scimUrl: z.string().optional(),
        entityId: z.string().optional(),
        acsUrl: z.string().optional(),
        metadataUrl: z.string().optional().describe('From when the identity provider is there'),
        singleLogoutUrl: z.string().optional(),
        signInUrl: z.string().optional(),
      })
      .describe('What guides copy, by their names; the token has a route of its own'),
    scim: scim.nullable(),
    saml: saml.nullable(),
  })
  .meta({ id: 'SetupVisit' })

const place = '/api/v1/set-up' as const
const all = { tag: 'Set-up visits', scope: 'setupLink', params: none, query: none } as const
const post = { ...all, method: 'POST', status: 200, answer: visit } as const

const oneMetadata = 'Expected either metadataUrl or metadataXml'

/** What whoever has a set-up link can do, and nothing else; a cookie that lasts an hour takes the place of the link. */
export const setupVisitRoutes = {
  beginSetupVisit: {
    ...post,
    path: `${place}/session`,
    summary: 'Exchange the token of a link, `rc_lnk_…` in its address, for a cookie that is bound to the link',
    body: z.strictObject({ token: z.string().min(1).max(200) }).meta({ id: 'SetupVisitBegin' }),
    errors: ['conflict'],
  },
  getSetupVisit: {
    ...all,
    method: 'GET',
    path: place,
    summary:
      'How far the set-up is, what to copy, and what the identity provider has sent. With `Accept: text/event-stream`, an event `visit` again at every request of it',
    body: null,
    status: 200,
    answer: visit,
    errors: ['conflict'],
    hasEvents: true,
  },
  settleSetupStep: {
    ...post,
    path: `${place}/step`,
    summary: 'Say which step one is at, and tick it off',
    body: z
      .strictObject({
        step: z.string().min(1).max(100),
        done: z.boolean().optional().describe('Left out: only that one is there'),
      })
      .meta({ id: 'SetupStep' }),
    errors: ['conflict'],
  },
  makeSetupToken: {
    ...post,
    path: `${place}/scim-token`,
    summary: 'Make the SCIM token, or another one in its place; the one before lives on for a day',
    body: null,
    answer: z
      .object({
        token: z.string().describe('Shown this once'),
        hint: z.string(),
        previousUntil: instant.nullable(),
      })
      .meta({ id: 'SetupToken' }),
    errors: ['conflict'],
  },
  giveSetupMetadata: {
    ...post,
    path: `${place}/saml-metadata`,
    summary: 'Give the SAML metadata of the identity provider, as its address or as the document',
    body: z
      .strictObject({
        metadataUrl: z.url().max(limits.urlCharactersMax).optional(),
        metadataXml: z.string().min(1).max(limits.metadataCharactersMax).optional(),
      })
      .refine((body) => (body.metadataUrl === undefined) !== (body.metadataXml === undefined), oneMetadata)
      .meta({ id: 'SetupMetadata' }),
    errors: ['conflict'],
  },
  finishSetupVisit: {
    ...post,
    path: `${place}/finish`,
    summary: 'Say that it is done: the link opens nothing any more',
    body: null,
    errors: ['conflict'],
  },
} as const satisfies Record<string, Route>
