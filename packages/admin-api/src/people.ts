import { z } from 'zod'
import {
  attributes,
  overridePage,
  person,
  personChangePage,
  personMembership,
  personOverride,
  personPage,
} from './person-views.ts'
import { inOrganization, none, page, type Route } from './route.ts'
import { upcomingDates } from './upcoming-dates.ts'
import { countQuery, flag, idOf, instant, pageQuery, searchText } from './values.ts'

const reasonCharactersMax = 500
const overriddenMax = 50
const filterCharactersMax = 4_000

const states = z
  .string()
  .regex(
    /^(?:pending|active|suspended|deprovisioned)(?:,(?:pending|active|suspended|deprovisioned)){0,3}$/,
    'Expected one or more of pending, active, suspended, deprovisioned, with commas between',
  )
  .default('pending,active')
  .transform((text) => [...new Set(text.split(','))])
  .describe('Only these, with commas between: pending, active, suspended, deprovisioned')

/** What narrows a list of people. */
export const peopleFilters = {
  state: states,
  search: searchText
    .optional()
    .describe('Part of a name, userName or address; one or two characters: how one of these begins'),
  connection: z
    .union([idOf('connection', 'source'), z.literal('local')], {
      error: 'Expected the id of a connection or source, or `local`',
    })
    .optional()
    .describe('Only those whom this connection or source manages; `local`: whom none does, made here'),
  team: idOf('team').optional().describe('Only its direct members'),
  filter: z
    .string()
    .trim()
    .min(1)
    .max(filterCharactersMax)
    .optional()
    .describe('A SCIM filter (RFC 7644 §3.4.2.2), such as `userName sw "a" and active eq true`'),
}

const include = z
  .string()
  .regex(
    /^(?:teams|apps|lastSignIn)(?:,(?:teams|apps|lastSignIn)){0,2}$/,
    'Expected one or more of teams, apps, lastSignIn, with commas between',
  )
  .transform((text) => new Set(text.split(',')))
  .optional()
  .describe('What comes with each person besides, with commas between: teams, apps, lastSignIn')

const sort = z
  .enum(['created', 'userName', '-userName'])
  .default('created')
  .describe('`-`: descending. By userName those who were deleted are left out: they have none')

const reason = z.string().trim().min(1).max(reasonCharactersMax).describe('For the history')

const overrideUntil = instant
  .optional()
  .describe('Of a managed person: overrides `active` until then, so that the source does not undo it')

const act = z.strictObject({ reason: reason.optional(), overrideUntil }).meta({ id: 'PersonAct' })

export const onPerson = inOrganization.extend({ person: idOf('user') })

const people = '/api/v1/organizations/{organization}/people' as const
const one = `${people}/{person}` as const
const tag = 'People'

export const peopleRoutes = {
  listPeople: {
    method: 'GET',
    path: people,
    tag,
    summary: 'People, oldest account first; suspended and deleted ones only when asked for',
    scope: 'people:read',
    params: inOrganization,
    query: z.object({ ...pageQuery, ...peopleFilters, sort, include, count: countQuery }),
    body: null,
    status: 200,
    answer: personPage,
    errors: ['invalidCursor'],
  },
  createPerson: {
    method: 'POST',
    path: people,
    tag,
    summary: 'Make a local account, which no connection manages',
    scope: 'people:invite',
    params: inOrganization,
    query: none,
    body: z
      .strictObject({
        attributes,
        invite: z.boolean().optional().describe('False: active at once; left out: as the organization’s setting says'),
        builtIn: z
          .boolean()
          .optional()
          .describe('True: never adopted, suspended or deleted; such as a way in when all fails'),
      })
      .meta({ id: 'PersonCreate' }),
    status: 201,
    answer: person,
    errors: ['conflict'],
    hasVersion: true,
  },
  exportPeople: {
    method: 'GET',
    path: `${people}/export`,
    tag,
    summary: 'Every identity as CSV (RFC 4180): SCIM id, externalId, userName, state, …',
    scope: 'people:manage',
    params: inOrganization,
    query: z.object(peopleFilters).extend({
      state: states.default(['pending', 'active', 'suspended']),
      mark: flag.default(false).describe('`true`: begins with a byte order mark, by which Excel knows UTF-8'),
    }),
    body: null,
    status: 200,
    answer: z.string().describe('Text that a spreadsheet would compute begins with an apostrophe'),
    mediaType: 'text/csv',
    errors: [],
  },
  exportPeopleAsScim: {
    method: 'GET',
    path: `${people}/export-json-lines`,
    tag,
    summary: 'Every identity as a SCIM user, whole, one a line (JSON Lines)',
    scope: 'people:manage',
    params: inOrganization,
    query: z.object(peopleFilters).extend({
      state: states.default(['pending', 'active', 'suspended']),
    }),
    body: null,
    status: 200,
    answer: z.string().describe('A file source with the preset `scim` reads it'),
    mediaType: 'application/x-ndjson',
    errors: [],
  },
  getPerson: {
    method: 'GET',
    path: one,
    tag,
    summary: 'One person with state, teams and locks, now or as of a moment',
    scope: 'people:read',
    params: onPerson,
    query: z.object({ asOf: instant.optional().describe('How the person was then; 404 when there was none yet') }),
    body: null,
    status: 200,
    answer: person
      .extend({ upcoming: upcomingDates.optional().describe('Days to come, soonest first; not with `asOf`') })
      .meta({ id: 'PersonShown' }),
    errors: [],
    hasVersion: true,
  },
  updatePerson: {
    method: 'PATCH',
    path: one,
    tag,
    summary: 'Change attributes: what is named is replaced, null unassigns, objects are merged',
    scope: 'people:manage',
    params: onPerson,
    query: none,
    body: z.strictObject({ attributes, reason: reason.optional() }).meta({ id: 'PersonUpdate' }),
    status: 200,
    answer: person,
    errors: ['locked', 'conflict', 'versionMismatch'],
    hasVersion: true,
  },
  deletePerson: {
    method: 'DELETE',
    path: one,
    tag,
    summary: 'Delete a person into the recycle bin: out of every team, keys dead, restorable until purged',
    scope: 'people:manage',
    params: onPerson,
    query: z.object({ reason: reason.optional(), overrideUntil }),
    body: null,
    status: 204,
    answer: null,
    errors: ['locked', 'conflict'],
  },
  suspendPerson: {
    method: 'POST',
    path: `${one}/suspend`,
    tag,
    summary: 'Suspend a person: sessions and keys stop, everything is kept',
    scope: 'people:manage',
    params: onPerson,
    query: none,
    body: act,
    status: 200,
    answer: person,
    errors: ['locked', 'conflict'],
  },
  reactivatePerson: {
    method: 'POST',
    path: `${one}/reactivate`,
    tag,
    summary: 'Bring a suspended person back, pending or active as before',
    scope: 'people:manage',
    params: onPerson,
    query: none,
    body: act,
    status: 200,
    answer: person,
    errors: ['locked', 'conflict'],
  },
  activatePerson: {
    method: 'POST',
    path: `${one}/activate`,
    tag,
    summary: 'Make a pending person active without an invitation',
    scope: 'people:manage',
    params: onPerson,
    query: none,
    body: z.strictObject({ reason: reason.optional() }).meta({ id: 'PersonReason' }),
    status: 200,
    answer: person,
    errors: ['conflict'],
  },
  restorePerson: {
    method: 'POST',
    path: `${one}/restore`,
    tag,
    summary: 'Bring a deleted person back with teams and keys',
    scope: 'people:manage',
    params: onPerson,
    query: none,
    body: z.strictObject({ reason: reason.optional() }).meta({ id: 'PersonRestore' }),
    status: 200,
    answer: person,
    errors: ['conflict'],
  },
  purgePerson: {
    method: 'POST',
    path: `${one}/purge`,
    tag,
    summary: 'Forget the personal data of a deleted person for good',
    scope: 'people:manage',
    stepUp: true,
    params: onPerson,
    query: none,
    body: null,
    status: 200,
    answer: person,
    errors: ['conflict'],
  },
  listPersonHistory: {
    method: 'GET',
    path: `${one}/history`,
    tag,
    summary: 'Every change of a person, newest first: who, when, which request, before and after',
    scope: 'people:read',
    params: onPerson,
    query: page,
    body: null,
    status: 200,
    answer: personChangePage,
    errors: ['invalidCursor'],
  },
  getPersonMemberships: {
    method: 'GET',
    path: `${one}/memberships`,
    tag,
    summary: 'The teams that a person is or was in, all of them or those of a moment',
    scope: 'people:read',
    params: onPerson,
    query: z.object({ asOf: instant.optional() }),
    body: null,
    status: 200,
    answer: z
      .object({ data: z.array(personMembership).describe('At most 1,000, by team') })
      .meta({ id: 'PersonMemberships' }),
    errors: [],
  },
  listOverrides: {
    method: 'GET',
    path: `${one}/overrides`,
    tag,
    summary: 'What was or is overridden of a managed person, newest first',
    scope: 'people:read',
    params: onPerson,
    query: page,
    body: null,
    status: 200,
    answer: overridePage,
    errors: ['invalidCursor'],
  },
  beginOverrides: {
    method: 'POST',
    path: `${one}/overrides`,
    tag,
    summary: 'Unlock attributes of a managed person until a moment; the source does not overwrite them until then',
    scope: 'people:manage',
    params: onPerson,
    query: none,
    body: z
      .strictObject({
        attributes: z
          .array(z.string().min(1).max(300))
          .min(1)
          .max(overriddenMax)
          .describe('Names, such as `title` or `active`'),
        reason,
        until: instant,
      })
      .meta({ id: 'PersonOverrideBegin' }),
    status: 201,
    answer: z.object({ data: z.array(personOverride) }).meta({ id: 'PersonOverrides' }),
    errors: ['conflict'],
  },
  endOverride: {
    method: 'DELETE',
    path: `${one}/overrides/{override}`,
    tag,
    summary: 'End an override; the source’s value returns with its next push',
    scope: 'people:manage',
    params: onPerson.extend({ override: idOf('override') }),
    query: none,
    body: null,
    status: 204,
    answer: null,
    errors: [],
  },
} as const satisfies Record<string, Route>
