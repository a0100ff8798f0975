import { z } from 'zod'
import { inOrganization, none, type Route } from './route.ts'
import { idOf, instant, pageOf, pageQuery } from './values.ts'

const invitationState = z
  .enum(['open', 'expired', 'accepted', 'replaced', 'revoked'])
  .describe('`replaced`: a newer link is out; `revoked`: withdrawn, or the account is not pending any more')
  .meta({ id: 'InvitationState' })

const invitationFields = {
  id: idOf('invitation'),
  userId: idOf('user'),
  name: z.string().nullable().describe('The person’s, as others read it'),
  to: z.string().nullable().describe('The address that the link confirms; null when the person has none'),
  state: invitationState,
  createdAt: instant,
  expiresAt: instant.nullable().describe('Null until the mail is made, which takes some seconds at most'),
  endedAt: instant.nullable(),
  mailId: idOf('mail').nullable(),
}

export const invitation = z.object(invitationFields).meta({ id: 'Invitation' })

export const invitationPage = pageOf(invitation, 'InvitationPage')

export const invitationQuery = z.object({
  ...pageQuery,
  state: invitationState.optional(),
  user: idOf('user').optional().describe('Only of this person'),
})

export const invitationLink = z
  .object({
    id: idOf('invitation'),
    url: z.url().describe('Whoever opens it confirms the person’s address: hand it to nobody else'),
    expiresAt: instant.nullable(),
  })
  .meta({ id: 'InvitationLink' })

const onInvitation = inOrganization.extend({ invitation: idOf('invitation') })

export const invitationRoutes = {
  listInvitations: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/invitations',
    tag: 'Invitations',
    summary: 'Invitations, newest first',
    scope: 'people:read',
    params: inOrganization,
    query: invitationQuery,
    body: null,
    status: 200,
    answer: invitationPage,
    errors: ['invalidCursor'],
  },
  getInvitation: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/invitations/{invitation}',
    tag: 'Invitations',
    summary: 'One invitation',
    scope: 'people:read',
    params: onInvitation,
    query: none,
    body: null,
    status: 200,
    answer: invitation,
    errors: [],
  },
  resendInvitation: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/invitations/{invitation}/resend',
    tag: 'Invitations',
    summary: 'Send a new link: the old one is dead, the time starts anew',
    scope: 'people:invite',
    params: onInvitation,
    query: none,
    body: null,
    status: 200,
    answer: invitation,
    errors: ['conflict'],
  },
  revokeInvitation: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/invitations/{invitation}/revoke',
    tag: 'Invitations',
    summary: 'Kill the link; the person stays pending',
    scope: 'people:invite',
    params: onInvitation,
    query: none,
    body: null,
    status: 200,
    answer: invitation,
    errors: ['conflict'],
  },
  shareInvitation: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/invitations/{invitation}/link',
    tag: 'Invitations',
    summary: 'The link, to be handed over in another way than by mail',
    scope: 'people:invite',
    params: onInvitation,
    query: none,
    body: null,
    status: 200,
    answer: invitationLink,
    errors: ['conflict'],
  },
} as const satisfies Record<string, Route>
