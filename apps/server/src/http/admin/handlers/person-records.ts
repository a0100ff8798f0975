import { countHistory, listHistory, listMemberships } from '../../../directory/history.ts'
import { beginOverrides, countOverridesOf, endOverride, listOverrides } from '../../../directory/overrides.ts'
import type { Handlers } from '../call-context.ts'
import { toDirectoryParts } from '../directory-context.ts'
import { answerList } from '../list.ts'
import { openPerson, toViewer } from '../person-context.ts'
import { toUuid } from '../to-uuid.ts'
import { isMasked, viewMembership, viewOverrideAt, viewPersonChange } from '../views/people.ts'

/** What is kept about a person besides itself. */
export const personRecordHandlers: Handlers<
  'listPersonHistory' | 'getPersonMemberships' | 'listOverrides' | 'beginOverrides' | 'endOverride'
> = {
  listPersonHistory: async (context, { params, query }) => {
    const { database } = context.parts
    const { person } = await openPerson(context, params.person)
    const subject = { organizationId: context.organization.id, userId: person.id }
    const hides = isMasked(person) && !toViewer(context).seesAll
    return answerList(context, {
      route: `listPersonHistory/${person.id}`,
      query,
      read: (page) => listHistory(database, subject, page),
      count: () => countHistory(database, subject),
      view: (row) => viewPersonChange(row, hides),
    })
  },

  getPersonMemberships: async (context, { params, query }) => {
    const { person } = await openPerson(context, params.person)
    const rows = await listMemberships(context.parts.database, {
      organizationId: context.organization.id,
      userId: person.id,
      at: query.asOf === undefined ? undefined : new Date(query.asOf),
    })
    return { body: { data: rows.map(viewMembership) } }
  },

  listOverrides: async (context, { params, query }) => {
    const { database } = context.parts
    const { person } = await openPerson(context, params.person)
    const subject = { organizationId: context.organization.id, userId: person.id }
    return answerList(context, {
      route: `listOverrides/${person.id}`,
      query,
      read: (page) => listOverrides(database, subject, page),
      count: () => countOverridesOf(database, subject),
      view: viewOverrideAt(context.call.now),
    })
  },

  beginOverrides: async (context, { params, body }) => {
    const { person, directory } = await openPerson(context, params.person, body.reason)
    const begun = await beginOverrides(toDirectoryParts(context), directory, {
      personId: person.id,
      attributes: body.attributes,
      reason: body.reason,
      until: new Date(body.until),
    })
    return { body: { data: begun.map(viewOverrideAt(context.call.now)) } }
  },

  endOverride: async (context, { params }) => {
    const { person, directory } = await openPerson(context, params.person)
    const target = { personId: person.id, id: toUuid('ovr', params.override) }
    await endOverride(toDirectoryParts(context), directory, target)
    return { body: undefined }
  },
}
