import { createServiceAccount, listServiceAccounts, setServiceAccountState } from '../../../access/service-accounts.ts'
import { countInOrganization } from '../../../access/totals.ts'
import type { Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { viewServiceAccount } from '../views.ts'

export const serviceAccountHandlers: Handlers<'listServiceAccounts' | 'createServiceAccount' | 'updateServiceAccount'> =
  {
    listServiceAccounts: (context, { query }) => {
      const { database } = context.parts
      return answerList(context, {
        route: 'listServiceAccounts',
        query,
        read: (page) => listServiceAccounts(database, context.organization.id, page),
        count: () => countInOrganization(database, context.organization.id, 'serviceAccounts'),
        view: viewServiceAccount,
      })
    },

    createServiceAccount: async (context, { body }) => {
      const request = { organizationId: context.organization.id, name: body.name, roles: body.roles }
      return { body: viewServiceAccount(await createServiceAccount(context.parts.database, context.call, request)) }
    },

    updateServiceAccount: async (context, { params, body }) => {
      const serviceAccountId = toUuid('sa', params.serviceAccount)
      const request = { organizationId: context.organization.id, serviceAccountId, state: body.state }
      return { body: viewServiceAccount(await setServiceAccountState(context.parts.database, context.call, request)) }
    },
  }
