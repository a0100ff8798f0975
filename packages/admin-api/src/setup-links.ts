import { z } from 'zod'
import { localeNames } from './names.ts'
import { guideProviders } from './provider-guides/guide.ts'
import { inOrganization, none, page, type Route } from './route.ts'
import { idOf, instant, mailAddress, pageOf } from './values.ts'

const daysMax = 30

export const setupPurpose = z.enum(['scim', 'saml', 'both']).meta({ id: 'SetupPurpose' })
export const setupProvider = z.enum(guideProviders).meta({ id: 'SetupProvider' })

export const setupState = z
  .enum(['sent', 'opened', 'inProgress', 'done', 'revoked', 'expired'])
  .describe('`sent`: nobody has opened it yet; `inProgress`: somebody is at `step`')
  .meta({ id: 'SetupLinkState' })

const fields = {
  id: idOf('setupLink'),
  purpose: setupPurpose,
  provider: setupProvider,
  connectionId: idOf('connection').nullable(),
  identityProviderId: idOf('identityProvider')
    .nullable()
    .describe('That of SAML; there is none of that id before its metadata was given'),
  recipient: z.string().nullable(),
  language: z.enum(localeNames),
  state: setupState,
  step: z.string().nullable().describe('Where the customer was last, such as `scim/connect`: a step of the guide'),
  doneSteps: z.array(z.string()).describe('Ticked off by hand'),
  createdBy: z.string(),
  createdAt: instant,
  expiresAt: instant,
  openedAt: instant.nullable(),
  doneAt: instant.nullable(),
  revokedAt: instant.nullable(),
}

const setupLink = z.object(fields).meta({ id: 'SetupLink' })

const newSetupLink = z
  .object({ ...fields, url: z.url().describe('Shown this once: whoever has it can do what the link is for') })
  .meta({ id: 'NewSetupLink' })

const createBody = z
  .strictObject({
    purpose: setupPurpose,
    provider: setupProvider,
    connection: idOf('connection').optional().describe('Left out where SCIM is wanted: one is made'),
    identityProvider: idOf('identityProvider')
      .optional()
      .describe('Left out where SAML is wanted: one is made once its metadata is there'),
    days: z.int().min(1).max(daysMax).optional().describe('How long it works; left out: 7'),
    mailTo: mailAddress.optional().describe('Left out: nobody is sent it'),
    language: z.enum(localeNames).optional().describe('Of the mail and the pages; left out: that of the organization'),
  })
  .meta({ id: 'SetupLinkCreate' })

const place = '/api/v1/organizations/{organization}/setup-links' as const
const one = `${place}/{setupLink}` as const
const onLink = inOrganization.extend({ setupLink: idOf('setupLink') })
const tag = 'Set-up links'

export const setupLinkRoutes = {
  listSetupLinks: {
    method: 'GET',
    path: place,
    tag,
    summary: 'Links by which customers’ administrators connect their identity provider, newest first',
    scope: 'connections:read',
    params: inOrganization,
    query: page,
    body: null,
    status: 200,
    answer: pageOf(setupLink, 'SetupLinkPage'),
    errors: ['invalidCursor'],
  },
  createSetupLink: {
    method: 'POST',
    path: place,
    tag,
    summary:
      'Make a link for somebody without an account, and mail it; takes `keys:manage` for SCIM and `sign-in:manage` for SAML besides',
    scope: 'connections:manage',
    params: inOrganization,
    query: none,
    body: createBody,
    status: 201,
    answer: newSetupLink,
    errors: ['conflict'],
  },
  getSetupLink: {
    method: 'GET',
    path: one,
    tag,
    summary: 'One link, without its secret',
    scope: 'connections:read',
    params: onLink,
    query: none,
    body: null,
    status: 200,
    answer: setupLink,
    errors: [],
  },
  revokeSetupLink: {
    method: 'POST',
    path: `${one}/revoke`,
    tag,
    summary: 'The link opens nothing any more; what was set up by it stays',
    scope: 'connections:manage',
    params: onLink,
    query: none,
    body: null,
    status: 200,
    answer: setupLink,
    errors: ['conflict'],
  },
  renewSetupLink: {
    method: 'POST',
    path: `${one}/renew`,
    tag,
    summary:
      'End the link and make another one for the same, with a new secret and a new mail; what is done stays done',
    scope: 'connections:manage',
    params: onLink,
    query: none,
    body: null,
    status: 201,
    answer: newSetupLink,
    errors: ['conflict'],
  },
} as const satisfies Record<string, Route>
