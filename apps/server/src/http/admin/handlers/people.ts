import type { Json, JsonObject } from '@rollcall/scim'
import { getOrganization } from '../../../access/organizations.ts'
import { exportPeople, exportPeopleAsScim } from '../../../directory/export-people.ts'
import { beginOverrides } from '../../../directory/overrides.ts'
import { localOwner } from '../../../directory/ownership.ts'
import {
  activatePerson,
  createPerson,
  deletePerson,
  getPerson,
  setSuspended,
  updatePerson,
  type Person,
} from '../../../directory/people.ts'
import { describePerson, describePersonAt } from '../../../directory/person-details.ts'
import { purgePerson, restorePerson } from '../../../directory/recycle-bin.ts'
import type { DirectoryContext } from '../../../directory/directory-context.ts'
import { listUpcomingOfPerson } from '../../../sources/lifecycle/upcoming.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { toDirectoryParts } from '../directory-context.ts'
import { actAs, openPerson, toViewer } from '../person-context.ts'
import { viewPerson } from '../views/people.ts'
import { viewUpcomingDates } from '../views/upcoming-dates.ts'
import { toListPeople } from './people-list.ts'

export const peopleHandlers: Handlers<
  | 'createPerson'
  | 'exportPeople'
  | 'exportPeopleAsScim'
  | 'getPerson'
  | 'updatePerson'
  | 'deletePerson'
  | 'suspendPerson'
  | 'reactivatePerson'
  | 'activatePerson'
  | 'restorePerson'
  | 'purgePerson'
> = {
  createPerson: async (context, { body }) => {
    const directory = await actAs(context, localOwner)
    const invites = body.builtIn !== true && (body.invite ?? directory.invites === true)
    const command = { attributes: toJson(body.attributes), isBuiltIn: body.builtIn === true }
    const id = await createPerson(toDirectoryParts(context), { ...directory, invites }, command)
    const shown = await show(context, directory, id)
    return { ...shown, location: `/api/v1/organizations/${context.organization.slug}/people/${shown.body.id}` }
  },

  exportPeople: async (context, { query }) => ({
    body: '',
    pieces: exportPeople(context.parts.database, await toListPeople(context, query), { hasMark: query.mark }),
  }),

  exportPeopleAsScim: async (context, { query }) => ({
    body: '',
    pieces: exportPeopleAsScim(context.parts.database, await toListPeople(context, query)),
  }),

  getPerson: async (context, { params, query }) => {
    const { person, directory } = await openPerson(context, params.person)
    if (query.asOf === undefined) return showWithDates(context, directory, person.id)
    const details = await describePersonAt(context.parts.database, directory, person, new Date(query.asOf))
    return { body: viewPerson(details, toViewer(context)), version: details.person.version }
  },

  updatePerson: async (context, { params, body }) => {
    const { person, directory } = await openPerson(context, params.person, body.reason)
    const command = { id: person.id, attributes: toJson(body.attributes), ifVersion: context.ifVersion }
    await updatePerson(toDirectoryParts(context), directory, command)
    return show(context, directory, person.id)
  },

  deletePerson: async (context, { params, query }) => {
    const { person, directory } = await openPerson(context, params.person, query.reason)
    await overriding(context, directory, { person, act: query })
    await deletePerson(toDirectoryParts(context), directory, person.id)
    return { body: undefined }
  },

  suspendPerson: (context, { params, body }) =>
    setState(context, { reference: params.person, act: body, isSuspended: true }),

  reactivatePerson: (context, { params, body }) =>
    setState(context, { reference: params.person, act: body, isSuspended: false }),

  activatePerson: async (context, { params, body }) => {
    const { person, directory } = await openPerson(context, params.person, body.reason)
    await activatePerson(toDirectoryParts(context), directory, person.id)
    return show(context, directory, person.id)
  },

  restorePerson: async (context, { params, body }) => {
    const { person, directory } = await openPerson(context, params.person, body.reason)
    await restorePerson(toDirectoryParts(context), directory, person.id)
    return show(context, directory, person.id)
  },

  purgePerson: async (context, { params }) => {
    const { person, directory } = await openPerson(context, params.person)
    await purgePerson(toDirectoryParts(context), directory, person.id)
    return show(context, directory, person.id)
  },
}

/** A body that was parsed from JSON holds nothing else. */
function toJson(attributes: Readonly<Record<string, unknown>>): JsonObject {
  return attributes as Readonly<Record<string, Json>>
}

type Act = { readonly reason?: string | undefined; readonly overrideUntil?: string | undefined }

async function setState(
  context: CallContext,
  command: { readonly reference: string; readonly act: Act; readonly isSuspended: boolean },
) {
  const { reference, act, isSuspended } = command
  const { person, directory } = await openPerson(context, reference, act.reason)
  await overriding(context, directory, { person, act })
  await setSuspended(toDirectoryParts(context), directory, { id: person.id, isSuspended })
  return show(context, directory, person.id)
}

/** Keeps the source from undoing the act, where the caller asks for it. */
async function overriding(
  context: CallContext,
  directory: DirectoryContext,
  { person, act }: { readonly person: Person; readonly act: Act },
): Promise<void> {
  if (act.overrideUntil === undefined) return
  await beginOverrides(toDirectoryParts(context), directory, {
    personId: person.id,
    attributes: ['active'],
    reason: act.reason ?? 'State set by hand',
    until: new Date(act.overrideUntil),
  })
}

/** And the days to come that sources speak of. */
async function showWithDates(context: CallContext, directory: DirectoryContext, id: string) {
  const { body, version } = await show(context, directory, id)
  const facts = await listUpcomingOfPerson(context.parts.database, context.organization.id, id)
  // Who is back is not deleted: the row goes when his record is settled next.
  const coming = facts.filter(({ kind }) => kind !== 'delete' || body.state === 'suspended')
  return { body: { ...body, upcoming: viewUpcomingDates(coming) }, version }
}

async function show(context: CallContext, directory: DirectoryContext, id: string) {
  const { database } = context.parts
  const [person, organization] = await Promise.all([
    getPerson(database, context.organization.id, id),
    getOrganization(database, context.organization.id),
  ])
  const details = await describePerson(database, directory, person, organization)
  return { body: viewPerson(details, toViewer(context)), version: person.version }
}
