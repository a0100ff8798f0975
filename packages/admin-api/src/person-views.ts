import { z } from 'zod'
import { estimatedCount, idOf, instant, namedOf, pageOf, version } from './values.ts'

export const personState = z
  .enum(['pending', 'active', 'suspended', 'deprovisioned'])
  .describe(
    'pending: invited, not accepted yet; active; suspended: no access, everything kept; deprovisioned: deleted, in the recycle bin until purged',
  )
  .meta({ id: 'PersonState' })

export const attributes = z
  .record(z.string(), z.unknown())
  .describe('Attributes of the SCIM User schema by their names; those of an extension in an object under its URN')
  .meta({ id: 'PersonAttributes' })

const owner = z
  .enum(['connection', 'local', 'nobody'])
  .describe(
    'connection: managed by it; local: made here, no connection writes it; nobody: the first that writes it has it',
  )
  .meta({ id: 'PersonOwner' })

const connectionReference = namedOf('connection').meta({ id: 'ConnectionReference' })

const personFields = {
  id: idOf('user'),
  scimId: z.string().nullable().describe('The id over SCIM; null when deprovisioned'),
  userName: z.string().nullable().describe('Null when purged, or when the person has no access and others look'),
  displayName: z.string().nullable(),
  email: z.string().nullable().describe('The primary address, else the first'),
  login: z.string().nullable().describe('GitHub’s kind of user name where the style has one; a hash while suspended'),
  state: personState,
  owner,
  connection: connectionReference.nullable(),
  builtIn: z.boolean().describe('Stands when every identity provider fails: nobody adopts, suspends or deletes it'),
  version,
  createdAt: instant,
  updatedAt: instant,
  stateChangedAt: instant,
}

const extras = {
  teams: z
    .object({ first: z.array(namedOf('team')).describe('Two by name'), count: z.int().min(0) })
    .optional()
    .describe('Those that the person is in itself'),
  apps: z
    .object({ ok: z.int().min(0), total: z.int().min(0) })
    .optional()
    .describe('In how many apps an account should be, and in how many it is and nothing failed or waits'),
  lastSignInAt: instant.nullable().optional().describe('As far back as sessions are kept'),
}

export const personSummary = z.object({ ...personFields, ...extras }).meta({ id: 'PersonSummary' })

export const personPage = pageOf(personSummary, 'PersonPage')
  .extend({ count: estimatedCount.optional().describe('Only with `count`') })
  .meta({ id: 'PersonPage' })

const stateChange = z
  .object({
    at: instant,
    by: z.string().describe('Key, person or `system`'),
    via: z.string().nullable().describe('POST, PUT, PATCH, DELETE over SCIM; admin; invitation; restore; …'),
    reason: z.string().nullable().describe('In the words of whoever did it here'),
    connectionId: idOf('connection').nullable(),
    requestId: z.string().nullable().describe('Names the request in the request log'),
  })
  .meta({ id: 'PersonStateChange' })

const email = z
  .object({
    value: z.string(),
    type: z.string().nullable(),
    primary: z.boolean(),
    verified: z
      .enum(['invitation', 'domain'])
      .nullable()
      .describe('invitation: shown to be theirs by its link; domain: of a verified domain, from a connection'),
  })
  .meta({ id: 'PersonEmail' })

const teamReference = namedOf('team').extend({ memberSinceAt: instant }).meta({ id: 'PersonTeam' })

const override = {
  id: idOf('override'),
  attribute: z.string(),
  reason: z.string(),
  createdBy: z.string(),
  createdAt: instant,
  until: instant,
  endedAt: instant.nullable(),
  endedBy: z.string().nullable(),
  lasts: z.boolean(),
  pushed: z.unknown().describe('What the source said last; it returns with the next push after the end'),
  settledAt: instant.nullable().describe('When the source had the attribute back'),
}

export const personOverride = z.object(override).meta({ id: 'PersonOverride' })

export const overridePage = pageOf(personOverride, 'PersonOverridePage')

export const person = z
  .object({
    ...personFields,
    externalId: z.string().nullable().describe('What the connection calls the person'),
    emails: z.array(email),
    attributes: attributes.nullable().describe('Null when purged; without names and addresses where these are hidden'),
    teams: z.array(teamReference).describe('At most 200'),
    stateChange: stateChange.nullable().describe('Who brought the person into its state, when, how and why'),
    locks: z
      .object({
        managedBy: connectionReference.nullable(),
        lockedAttributes: z.array(z.string()).describe('Refused here with 403 `locked` until overridden'),
        overrides: z.array(personOverride).describe('Those that last'),
      })
      .meta({ id: 'PersonLocks' }),
    restorableUntil: instant.nullable().describe('When the personal data of a deleted person is purged'),
    purgedAt: instant.nullable(),
    asOf: instant.nullable().describe('The moment that was asked for; null: now'),
  })
  .meta({ id: 'Person' })

export const attributeChange = z
  .object({
    path: z.string(),
    before: z.unknown().optional().describe('Left out: unassigned'),
    after: z.unknown().optional().describe('Left out: unassigned'),
  })
  .meta({ id: 'AttributeChange' })

export const personChange = z
  .object({
    at: instant,
    action: z.string(),
    version: z.int(),
    by: z.string(),
    via: z.string().nullable(),
    reason: z.string().nullable(),
    connectionId: idOf('connection').nullable(),
    requestId: z.string().nullable(),
    changes: z.array(attributeChange),
    kept: z
      .array(z.object({ path: z.string(), pushed: z.unknown().optional() }))
      .describe('What the source said in vain, because somebody overrides it'),
    purged: z.boolean().describe('The personal data was forgotten'),
  })
  .meta({ id: 'PersonChange' })

export const personChangePage = pageOf(personChange, 'PersonChangePage')

export const personMembership = z
  .object({
    team: namedOf('team'),
    from: instant,
    to: instant.nullable().describe('Null: still'),
    by: z.string().nullable(),
    requestId: z.string().nullable().describe('The request that brought the membership'),
  })
  .meta({ id: 'PersonMembership' })
