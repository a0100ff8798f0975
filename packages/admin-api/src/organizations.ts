import { z } from 'zod'
import { localeNames } from './names.ts'
import { inOrganization, none, page, type Route } from './route.ts'
import { displayName, idOf, instant, mailAddress, namesChange, pageOf, slug, version } from './values.ts'

/** What is left out takes its default. */
export const organizationSettings = z
  .strictObject({
    requestLog: z
      .strictObject({
        daysMax: z
          .int()
          .min(1)
          .max(400)
          .optional()
          .describe('Older entries of the request log go; as the server is set when left out'),
        bytesMax: z
          .int()
          .min(1024 * 1024)
          .max(64 * 1024 ** 3)
          .optional()
          .describe('When the request log is larger its oldest entries go; as the server is set when left out'),
      })
      .optional(),
    invitations: z
      .strictObject({
        enabled: z
          .boolean()
          .optional()
          .describe(
            'False invites nobody: new people are active at once, and links that are out stop; true when left out',
          ),
        validHours: z.int().min(1).max(720).optional().describe('How long a link works; 48 when left out'),
      })
      .optional(),
    recycleBin: z
      .strictObject({
        daysMax: z
          .int()
          .min(1)
          .max(400)
          .optional()
          .describe('So long a deleted person can be restored, then the personal data is purged; 30 when left out'),
      })
      .optional(),
    locale: z
      .enum(localeNames)
      .optional()
      .describe('Language of mails to people who have said nothing about theirs; `en` when left out'),
    timeZone: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .describe('Where days begin and end for people who have said nothing about theirs; `UTC` when left out')
      .meta({ examples: ['Europe/Paris'] }),
    keys: z
      .strictObject({
        daysMax: z
          .int()
          .min(1)
          .max(3650)
          .optional()
          .describe('Keys without the scope `scim` live so many days at most; no limit when left out'),
        onLeak: z
          .enum(['revoke', 'alert'])
          .optional()
          .describe('What becomes of a key that is reported as leaked; `revoke` when left out'),
      })
      .optional(),
    signIn: z
      .strictObject({
        methods: z
          .strictObject({
            password: z.boolean().optional(),
            passkey: z.boolean().optional(),
            saml: z.boolean().optional(),
            oidc: z.boolean().optional(),
          })
          .optional()
          .describe('Ways to sign in; all are on when left out, and one must stay on'),
        isLockedDown: z
          .boolean()
          .optional()
          .describe('True ends every session, and only owners sign in from then on; only an owner sets it'),
        idleMinutes: z
          .int()
          .min(5)
          .max(43_200)
          .optional()
          .describe('A session ends when it was not used for so long; 480 when left out'),
        absoluteMinutes: z
          .int()
          .min(5)
          .max(43_200)
          .optional()
          .describe('A session ends so long after the sign-in; 1440 when left out'),
      })
      .optional(),
    alertEmail: mailAddress.optional().describe('Where alerts go that concern the whole organization'),
  })
  .meta({ id: 'OrganizationSettings' })

export const organization = z
  .object({
    id: idOf('organization'),
    slug,
    name: displayName,
    settings: organizationSettings,
    scimUrl: z
      .url()
      .describe('Base URL for identity providers: the SCIM connection that the organization was born with'),
    version,
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Organization' })

export const organizationPage = pageOf(organization, 'OrganizationPage')

export const createOrganizationBody = z
  .strictObject({
    slug,
    name: displayName.optional().describe('For people; the slug when left out'),
    settings: organizationSettings.optional(),
  })
  .meta({ id: 'OrganizationCreate' })

export const updateOrganizationBody = z
  .strictObject({
    slug: slug.optional().describe('Changes every URL of the organization: identity providers must be told'),
    name: displayName.optional(),
    settings: organizationSettings
      .optional()
      .describe('Replaces all settings; `signIn` stays as it is when it is left out'),
  })
  .refine(...namesChange)
  .meta({ id: 'OrganizationUpdate' })

export const organizationRoutes = {
  listOrganizations: {
    method: 'GET',
    path: '/api/v1/organizations',
    tag: 'Organizations',
    summary: 'The organizations that the key may see, by slug',
    scope: 'settings:read',
    params: none,
    query: page,
    body: null,
    status: 200,
    answer: organizationPage,
    errors: ['invalidCursor'],
  },
  createOrganization: {
    method: 'POST',
    path: '/api/v1/organizations',
    tag: 'Organizations',
    summary: 'Make an organization with one SCIM connection',
    scope: 'instance',
    params: none,
    query: none,
    body: createOrganizationBody,
    status: 201,
    answer: organization,
    errors: ['conflict'],
    hasVersion: true,
  },
  getOrganization: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}',
    tag: 'Organizations',
    summary: 'One organization',
    scope: 'settings:read',
    params: inOrganization,
    query: none,
    body: null,
    status: 200,
    answer: organization,
    errors: [],
    hasVersion: true,
  },
  updateOrganization: {
    method: 'PATCH',
    path: '/api/v1/organizations/{organization}',
    tag: 'Organizations',
    summary: 'Change an organization',
    scope: 'settings:manage',
    stepUp: ['settings.signIn'],
    params: inOrganization,
    query: none,
    body: updateOrganizationBody,
    status: 200,
    answer: organization,
    errors: ['conflict', 'versionMismatch'],
    hasVersion: true,
  },
} as const satisfies Record<string, Route>
