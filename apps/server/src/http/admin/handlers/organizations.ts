import {
  createOrganization,
  getOrganization,
  listOrganizations,
  updateOrganization,
} from '../../../access/organizations.ts'
import { countOrganizations } from '../../../access/totals.ts'
import type { Handlers } from '../call-context.ts'
import { changeVersioned } from '../change-versioned.ts'
import { answerList } from '../list.ts'
import { viewOrganization } from '../views.ts'

export const organizationHandlers: Handlers<
  'listOrganizations' | 'createOrganization' | 'getOrganization' | 'updateOrganization'
> = {
  listOrganizations: (context, { query }) => {
    const { principal, parts } = context
    const isInstance = principal.kind === 'instance'
    return answerList(context, {
      route: 'listOrganizations',
      query,
      // A key of an organization sees its own and no other.
      read: async (page) =>
        isInstance
          ? listOrganizations(parts.database, page)
          : { data: [await getOrganization(parts.database, principal.organizationId)], next: undefined },
      count: async () => (isInstance ? countOrganizations(parts.database) : 1),
      view: (row) => viewOrganization(row, context.baseUrl),
    })
  },

  createOrganization: async (context, { body }) => {
    const { organization } = await createOrganization(context.parts.database, context.call, body)
    const view = viewOrganization(organization, context.baseUrl)
    return { body: view, version: view.version, location: `/api/v1/organizations/${view.id}` }
  },

  getOrganization: async (context) => {
    const row = await getOrganization(context.parts.database, context.organization.id)
    return { body: viewOrganization(row, context.baseUrl), version: row.version }
  },

  updateOrganization: async (context, { body }) => {
    const { database } = context.parts
    const { ifVersion } = context
    const organizationId = context.organization.id
    const row = await changeVersioned({
      ifVersion,
      change: () => updateOrganization(database, context.call, { organizationId, command: body, ifVersion }),
      readVersion: async () => (await getOrganization(database, organizationId)).version,
    })
    return { body: viewOrganization(row, context.baseUrl), version: row.version }
  },
}
