import {
  countInvitations,
  getInvitation,
  listInvitations,
  resendInvitation,
  revokeInvitation,
  shareInvitation,
} from '../../../directory/invitations.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { viewInvitation } from '../views/invitations.ts'

export const invitationHandlers: Handlers<
  'listInvitations' | 'getInvitation' | 'resendInvitation' | 'revokeInvitation' | 'shareInvitation'
> = {
  listInvitations: (context, { query }) => {
    const { database } = context.parts
    const { id } = context.organization
    const { now } = context.call
    const userId = query.user === undefined ? undefined : toUuid('usr', query.user)
    const filter = { state: query.state, userId, now }
    return answerList(context, {
      route: 'listInvitations',
      query,
      read: (page) => listInvitations(database, id, { ...page, ...filter }),
      count: () => countInvitations(database, id, filter),
      view: (row) => viewInvitation(row, now),
    })
  },

  getInvitation: async (context, { params }) => {
    const invitation = await getInvitation(context.parts.database, toNamed(context, params.invitation))
    return { body: viewInvitation(invitation, context.call.now) }
  },

  resendInvitation: async (context, { params }) => {
    const { parts, call } = context
    const invitation = await resendInvitation(parts.database, call, toNamed(context, params.invitation))
    return { body: viewInvitation(invitation, call.now) }
  },

  revokeInvitation: async (context, { params }) => {
    const { parts, call } = context
    const invitation = await revokeInvitation(parts.database, call, toNamed(context, params.invitation))
    return { body: viewInvitation(invitation, call.now) }
  },

  shareInvitation: async (context, { params }) => {
    const { parts, call, baseUrl } = context
    const invitation = await shareInvitation(parts.database, call, toNamed(context, params.invitation))
    const { id, expiresAt } = viewInvitation(invitation, call.now)
    return { body: { id, expiresAt, url: baseUrl + (await parts.invitationLinks.toPath(invitation)) } }
  },
}

function toNamed({ organization }: CallContext, invitation: string) {
  return { organizationId: organization.id, id: toUuid('inv', invitation) }
}
