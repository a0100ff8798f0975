import type { RouteAnswer, RouteInput } from '@rollcall/admin-api'
import { getOrganization } from '../../../access/organizations.ts'
import {
  countLinks,
  createLink,
  getLink,
  listLinks,
  renewLink,
  revokeLink,
  stateOf,
  type CustomerLink,
} from '../../../onboarding/customer-links.ts'
import { formatTypeId } from '../../../type-id.ts'
import { requireScope } from '../authorize.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { idOrNull } from '../views.ts'

type View = RouteAnswer<'getSetupLink'>

export const setupLinkHandlers: Handlers<
  'listSetupLinks' | 'createSetupLink' | 'getSetupLink' | 'revokeSetupLink' | 'renewSetupLink'
> = {
  listSetupLinks: (context, { query }) =>
    answerList(context, {
      route: 'listSetupLinks',
      query,
      read: (page) => listLinks(context.parts.database, context.organization.id, page),
      count: () => countLinks(context.parts.database, context.organization.id),
      view: (row) => view(row, context.call.now),
    }),

  createSetupLink: async (context, { body }) => {
    refuseBeyond(context, body.purpose)
    const { parts, organization, call } = context
    const command = toCommand(body)
    return answerNew(context, await createLink(parts.database, call, { organizationId: organization.id, command }))
  },

  getSetupLink: async (context, { params }) => {
    const { parts, organization, call } = context
    const link = await getLink(parts.database, organization.id, toUuid('slnk', params.setupLink))
    return { body: view(link, call.now) }
  },

  revokeSetupLink: async (context, { params }) => {
    const { parts, organization, call } = context
    const name = { organizationId: organization.id, id: toUuid('slnk', params.setupLink) }
    return { body: view(await revokeLink(parts.database, call, name), call.now) }
  },

  renewSetupLink: async (context, { params }) => {
    const { parts, organization, call } = context
    const name = { organizationId: organization.id, id: toUuid('slnk', params.setupLink) }
    const before = await getLink(parts.database, name.organizationId, name.id)
    refuseBeyond(context, before.purpose)
    return answerNew(context, await renewLink(parts.database, call, name))
  },
}

/** Nobody gives away by a link what he may not do himself. */
function refuseBeyond({ principal }: CallContext, purpose: CustomerLink['purpose']): void {
  if (purpose !== 'saml') requireScope(principal, 'keys:manage')
  if (purpose !== 'scim') requireScope(principal, 'sign-in:manage')
}

function toCommand(body: RouteInput<'createSetupLink'>['body']) {
  const { purpose, provider, connection, identityProvider, days, mailTo, language } = body
  return {
    purpose,
    provider,
    connectionId: connection === undefined ? undefined : toUuid('con', connection),
    identityProviderId: identityProvider === undefined ? undefined : toUuid('idp', identityProvider),
    days,
    recipient: mailTo,
    language,
  }
}

async function answerNew(context: CallContext, link: CustomerLink) {
  const { parts, organization, baseUrl, call } = context
  const { shortId } = await getOrganization(parts.database, organization.id)
  const url = baseUrl + (await parts.customerLinks.toPath({ shortId, id: link.id }))
  const body = { ...view(link, call.now), url }
  return { body, location: `/api/v1/organizations/${organization.slug}/setup-links/${body.id}` }
}

function view(link: CustomerLink, now: Date): View {
  return {
    id: formatTypeId('slnk', link.id),
    purpose: link.purpose,
    provider: link.provider,
    connectionId: idOrNull('con', link.connectionId),
    identityProviderId: idOrNull('idp', link.identityProviderId),
    recipient: link.recipient,
    // Written by createLink only, which takes no other.
    language: link.locale as View['language'],
    state: stateOf(link, now),
    step: link.step,
    doneSteps: [...link.doneSteps],
    createdBy: link.createdBy,
    createdAt: link.createdAt.toISOString(),
    expiresAt: link.expiresAt.toISOString(),
    openedAt: link.openedAt?.toISOString() ?? null,
    doneAt: link.doneAt?.toISOString() ?? null,
    revokedAt: link.revokedAt?.toISOString() ?? null,
  }
}
