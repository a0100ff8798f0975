import type { RouteInput } from '@rollcall/admin-api'
import {
  countServiceAccounts,
  createServiceAccount,
  getServiceAccount,
  listServiceAccounts,
  updateServiceAccount,
  type ServiceAccount,
  type UpdateServiceAccount,
} from '../../../access/service-accounts.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { changeVersioned } from '../change-versioned.ts'
import { answerList } from '../list.ts'
import { namingFields } from '../naming-fields.ts'
import { toUuid } from '../to-uuid.ts'
import { viewServiceAccount } from '../views/service-accounts.ts'

export const serviceAccountHandlers: Handlers<
  'listServiceAccounts' | 'createServiceAccount' | 'getServiceAccount' | 'updateServiceAccount'
> = {
  listServiceAccounts: (context, { query }) => {
    const { database } = context.parts
    const find = { state: query.state === 'all' ? undefined : query.state, search: query.search }
    return answerList(context, {
      route: 'listServiceAccounts',
      query,
      read: (page) => listServiceAccounts(database, context.organization.id, { ...page, ...find }),
      count: () => countServiceAccounts(database, context.organization.id, find),
      view: viewServiceAccount,
    })
  },

  createServiceAccount: async (context, { body }) => {
    const { name, email, owner, roles } = body
    const ownerId = owner === undefined ? personOf(context) : toUuid('usr', owner)
    const request = { organizationId: context.organization.id, name, email, ownerId, roles }
    const account = await namingFields(() => createServiceAccount(context.parts.database, context.call, request))
    const answer = toAnswer(account)
    return {
      ...answer,
      location: `/api/v1/organizations/${context.organization.slug}/service-accounts/${answer.body.id}`,
    }
  },

  getServiceAccount: async (context, { params }) => {
    const id = toUuid('sa', params.serviceAccount)
    return toAnswer(await getServiceAccount(context.parts.database, context.organization.id, id))
  },

  updateServiceAccount: async (context, { params, body }) => {
    const { parts, call, ifVersion } = context
    const organizationId = context.organization.id
    const serviceAccountId = toUuid('sa', params.serviceAccount)
    const request = { organizationId, serviceAccountId, command: toCommand(body), ifVersion }
    const account = await changeVersioned({
      ifVersion,
      change: () => namingFields(() => updateServiceAccount(parts.database, call, request)),
      readVersion: async () => (await getServiceAccount(parts.database, organizationId, serviceAccountId)).version,
    })
    return toAnswer(account)
  },
}

function toCommand({ name, email, state, owner }: RouteInput<'updateServiceAccount'>['body']): UpdateServiceAccount {
  return { name, email, state, ownerId: typeof owner === 'string' ? toUuid('usr', owner) : owner }
}

/** Whoever makes it answers for it, as far as a person stands behind the key. */
function personOf({ principal }: CallContext): string | undefined {
  return principal.kind === 'organization' ? principal.userId : undefined
}

function toAnswer(account: ServiceAccount) {
  return { body: viewServiceAccount(account), version: account.version }
}
