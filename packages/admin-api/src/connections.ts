import { z } from 'zod'
import { inOrganization, none, page, type Route } from './route.ts'
import { profileNames, styleNames } from './names.ts'
import { displayName, idOf, instant, limits, namesChange, pageOf, version } from './values.ts'

export const profileName = z
  .enum(profileNames)
  .describe('What is accepted beyond the letter of the RFC')
  .meta({ id: 'ProfileName' })

export const styleName = z
  .enum(styleNames)
  .describe('What is demanded and how accounts behave')
  .meta({ id: 'StyleName' })

const connectionType = z
  .enum(['scim', 'source'])
  .describe('`source`: made with a source, under the same id, and owns the people it brought')
  .meta({ id: 'ConnectionType' })

export const connectionState = z
  .enum(['active', 'paused', 'disabled'])
  .describe(
    'Paused: clients are told to come back later (503, Okta 429); disabled: every request is refused (403). Nothing it brought is lost',
  )
  .meta({ id: 'ConnectionState' })

const guardSettings = z
  .strictObject({
    enabled: z.boolean().optional(),
    peopleMin: z.int().min(0).optional().describe('With fewer active people nothing is held; 200 when left out'),
    countMin: z.int().min(0).optional().describe('So many may be cut off in any case; 50 when left out'),
    percent: z.number().min(0).max(100).optional().describe('And so many of the active people; 10 when left out'),
    windowMinutes: z
      .int()
      .min(1)
      .max(7 * 24 * 60)
      .optional()
      .describe('Counted over so many minutes; 60 when left out'),
    holdDays: z
      .int()
      .min(1)
      .max(365)
      .optional()
      .describe('A hold that nobody decides expires after so many days; 14 when left out'),
    undoDays: z
      .int()
      .min(0)
      .max(365)
      .optional()
      .describe('An approved one can be undone for so many days; 30 when left out'),
  })
  .describe('When a client cuts off more people than this, a person must approve it')
  .meta({ id: 'GuardSettings' })

/** What is left out takes its default. */
export const connectionSettings = z
  .strictObject({
    writesEnabled: z.boolean().optional().describe('False refuses every SCIM write with 403; true when left out'),
    entitlements: z
      .boolean()
      .optional()
      .describe('Resource types Role and Entitlement; when left out true under profile `okta`, else false'),
    passwordSync: z.boolean().optional().describe('True stores passwords that arrive, hashed; else they are discarded'),
    scim11: z.boolean().optional().describe('True serves SCIM 1.1 at `/scim/v1` besides 2.0; false when left out'),
    hourlyLimits: z
      .boolean()
      .optional()
      .describe(
        '1,000 people assigned and 1,000 added to one group within an hour; when left out true under GitHub’s styles',
      ),
    asyncRequests: z
      .boolean()
      .optional()
      .describe(
        'True lets clients have writes done behind an answer 202 with `Prefer: respond-async` (RFC 9967); false when left out',
      ),
    keepsBodies: z
      .boolean()
      .optional()
      .describe('False: the request log keeps no bodies of this connection; true when left out'),
    guard: guardSettings.optional(),
    roles: z
      .strictObject({
        default: z
          .string()
          .min(1)
          .max(limits.nameCharactersMax)
          .optional()
          .describe('Role (id or name) for people whose `roles` name none that is known; none when left out'),
        unknown: z
          .enum(['record', 'ignore', 'refuse'])
          .optional()
          .describe(
            'Roles that nobody knows are written down, passed over or refused; refused under `github`, else written down',
          ),
      })
      .optional(),
    onRecreate: z
      .enum(['relink', 'new'])
      .optional()
      .describe(
        'POST with the externalId of a deprovisioned account: take it back (`relink`) or make a new one (`new`); when left out `new` under styles `github` and `github-org`, else `relink`',
      ),
    adoptTeamsByHandle: z
      .boolean()
      .optional()
      .describe(
        'True lets a pushed group take over the team that nobody manages and whose handle its name gives; style `datadog` always does',
      ),
    invitations: z
      .enum(['send', 'none'])
      .optional()
      .describe(
        'Whether people begin as pending and are invited by mail; when left out `none` under style `github`, else `send`',
      ),
    adopt: z
      .enum(['userName', 'none'])
      .optional()
      .describe(
        'POST with the userName of a local account: take that account over (`userName`) or refuse with 409 (`none`); when left out `userName` under styles `github` and `github-org`, else `none`',
      ),
    loginSuffix: z
      .string()
      .regex(/^[a-zA-Z0-9]{3,8}$/, 'Expected 3 to 8 letters and digits')
      .optional()
      .describe('Short code that ends every login behind an underscore; styles `github` and `github-org` only'),
  })
  .meta({ id: 'ConnectionSettings' })

export const connection = z
  .object({
    id: idOf('connection'),
    organizationId: idOf('organization'),
    type: connectionType,
    name: displayName,
    isDefault: z.boolean().describe('Serves the keys that name no connection'),
    state: connectionState,
    profile: profileName,
    style: styleName,
    settings: connectionSettings,
    preset: z.string().nullable().describe('The preset that it was made by'),
    owner: idOf('user').nullable().describe('Who answers for it'),
    createdBy: z.string(),
    scimUrl: z.url().nullable().describe('Null for a source'),
    version,
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Connection' })

export const connectionPage = pageOf(connection, 'ConnectionPage')

export const createConnectionBody = z
  .strictObject({
    type: z.enum(['scim']),
    name: displayName.optional(),
    preset: z
      .string()
      .min(1)
      .max(50)
      .optional()
      .describe('Fills in name, profile, style and settings that are left out'),
    profile: profileName.optional().describe('`default` when left out'),
    style: styleName.optional().describe('`rollcall` when left out'),
    settings: connectionSettings.optional(),
  })
  .meta({ id: 'ConnectionCreate' })

export const updateConnectionBody = z
  .strictObject({
    name: displayName.optional(),
    state: connectionState.optional(),
    profile: profileName.optional(),
    style: styleName.optional(),
    settings: connectionSettings.optional().describe('Replaces all settings'),
  })
  .refine(...namesChange)
  .meta({ id: 'ConnectionUpdate' })

export const onConnection = inOrganization.extend({ connection: idOf('connection') })

export const connectionRoutes = {
  listConnections: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/connections',
    tag: 'Connections',
    summary: 'Connections, oldest first',
    scope: 'connections:read',
    params: inOrganization,
    query: page,
    body: null,
    status: 200,
    answer: connectionPage,
    errors: ['invalidCursor'],
  },
  createConnection: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/connections',
    tag: 'Connections',
    summary: 'Make a connection',
    scope: 'connections:manage',
    feature: 'scim',
    params: inOrganization,
    query: none,
    body: createConnectionBody,
    status: 201,
    answer: connection,
    errors: ['conflict'],
    hasVersion: true,
  },
  getConnection: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/connections/{connection}',
    tag: 'Connections',
    summary: 'One connection',
    scope: 'connections:read',
    params: onConnection,
    query: none,
    body: null,
    status: 200,
    answer: connection,
    errors: [],
    hasVersion: true,
  },
  updateConnection: {
    method: 'PATCH',
    path: '/api/v1/organizations/{organization}/connections/{connection}',
    tag: 'Connections',
    summary: 'Change, pause, disable or enable a connection',
    scope: 'connections:manage',
    params: onConnection,
    query: none,
    body: updateConnectionBody,
    status: 200,
    answer: connection,
    errors: ['conflict', 'versionMismatch'],
    hasVersion: true,
  },
  deleteConnection: {
    method: 'DELETE',
    path: '/api/v1/organizations/{organization}/connections/{connection}',
    tag: 'Connections',
    summary: 'Delete a connection and its keys; what it brought stays, owned by nobody',
    scope: 'connections:manage',
    stepUp: true,
    params: onConnection,
    query: none,
    body: null,
    status: 204,
    answer: null,
    errors: ['conflict', 'versionMismatch'],
    hasVersion: true,
  },
} as const satisfies Record<string, Route>
