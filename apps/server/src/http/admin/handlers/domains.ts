import type { RouteAnswer } from '@rollcall/admin-api'
import {
  createDomain,
  deleteDomain,
  getDomain,
  listDomains,
  recordOf,
  verifyDomain,
  type Domain,
} from '../../../access/domains.ts'
import { countInOrganization } from '../../../access/totals.ts'
import { formatTypeId } from '../../../type-id.ts'
import type { Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'

export const domainHandlers: Handlers<'listDomains' | 'createDomain' | 'getDomain' | 'verifyDomain' | 'deleteDomain'> =
  {
    listDomains: (context, { query }) => {
      const { database } = context.parts
      const { id } = context.organization
      return answerList(context, {
        route: 'listDomains',
        query,
        read: (page) => listDomains(database, id, page),
        count: () => countInOrganization(database, id, 'domains'),
        view: viewDomain,
      })
    },

    createDomain: async (context, { body }) => {
      const request = { organizationId: context.organization.id, domain: body.domain }
      const view = viewDomain(await createDomain(context.parts.database, context.call, request))
      return { body: view, location: `/api/v1/organizations/${context.organization.slug}/domains/${view.id}` }
    },

    getDomain: async (context, { params }) => {
      const id = toUuid('dom', params.domain)
      return { body: viewDomain(await getDomain(context.parts.database, context.organization.id, id)) }
    },

    verifyDomain: async (context, { params }) => {
      const { database, lookUpTxt } = context.parts
      const organizationId = context.organization.id
      const request = { organizationId, id: toUuid('dom', params.domain), lookUp: lookUpTxt }
      return { body: viewDomain(await verifyDomain(database, context.call, request)) }
    },

    deleteDomain: async (context, { params }) => {
      const request = { organizationId: context.organization.id, id: toUuid('dom', params.domain) }
      await deleteDomain(context.parts.database, context.call, request)
      return { body: undefined }
    },
  }

function viewDomain(row: Domain): RouteAnswer<'getDomain'> {
  return {
    id: formatTypeId('dom', row.id),
    domain: row.domain,
    state: row.verified_at === null ? 'waiting' : 'verified',
    record: { type: 'TXT', ...recordOf(row) },
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    checkedAt: row.checked_at?.toISOString() ?? null,
    verifiedAt: row.verified_at?.toISOString() ?? null,
    lastError: row.last_error,
  }
}
