import type { RouteAnswer } from '@rollcall/admin-api'
import type { OrganizationPrincipal, PrincipalSession } from '../../../access/principal.ts'
import { permissionsOf } from '../../../access/rights.ts'
import { readAccount } from '../../../sign-in/account.ts'
import { countSessions, listSessions } from '../../../sign-in/list-sessions.ts'
import { revokePersonSessions, revokeSession } from '../../../sign-in/manage-sessions.ts'
import {
  createPasswordLink,
  getPersonSignIn,
  updatePersonSignIn,
  type PersonSignIn,
} from '../../../sign-in/person-sign-in.ts'
import { endOneSession } from '../../../sign-in/sessions.ts'
import { formatTypeId } from '../../../type-id.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { requireSession } from '../own-session.ts'
import { toUuid } from '../to-uuid.ts'
import { viewSession } from '../views/sessions.ts'

export const sessionHandlers: Handlers<
  | 'getSession'
  | 'endSession'
  | 'listSessions'
  | 'revokeSession'
  | 'revokePersonSessions'
  | 'getPersonSignIn'
  | 'updatePersonSignIn'
  | 'createPasswordLink'
> = {
  getSession: async (context) => {
    const { principal, session } = requireSession(context)
    const { organizationId, userId = '' } = principal
    const { userName, email, name } = await readAccount(context.parts.database, { organizationId, userId })
    return { body: viewCurrent(principal, session, { userName, email, name }) }
  },

  endSession: async (context) => {
    const { principal, session } = requireSession(context)
    const { organizationId } = principal
    const end = { organizationId, sessionId: session.id, reason: 'signedOut', ...context.call }
    await endOneSession(context.parts.database, end)
    return { body: undefined }
  },

  listSessions: (context, { query }) => {
    const { database } = context.parts
    const asked = {
      organizationId: context.organization.id,
      userId: query.user === undefined ? undefined : toUuid('usr', query.user),
      identityProviderId: query.identityProvider === undefined ? undefined : toUuid('idp', query.identityProvider),
      withEnded: query.ended === true,
      now: context.call.now,
    }
    return answerList(context, {
      route: 'listSessions',
      query,
      read: (page) => listSessions(database, asked, page),
      count: () => countSessions(database, asked),
      view: viewSession,
    })
  },

  revokeSession: async (context, { params }) => {
    const named = { organizationId: context.organization.id, sessionId: toUuid('ses', params.session) }
    return { body: viewSession(await revokeSession(context.parts.database, context.call, named)) }
  },

  revokePersonSessions: async (context, { params }) => ({
    body: { count: await revokePersonSessions(context.parts.database, context.call, toNamed(context, params.person)) },
  }),

  getPersonSignIn: async (context, { params }) => ({
    body: viewSignIn(await getPersonSignIn(context.parts.database, toNamed(context, params.person))),
  }),

  updatePersonSignIn: async (context, { params, body }) => {
    const command = { ...toNamed(context, params.person), methods: body.methods }
    return { body: viewSignIn(await updatePersonSignIn(context.parts.database, context.call, command)) }
  },

  createPasswordLink: async (context, { params }) => {
    const { parts, call, baseUrl } = context
    const link = await createPasswordLink(parts.database, call, toNamed(context, params.person))
    const path = await parts.mailLinks.toPath({ ...link, kind: 'password' })
    return { body: { url: baseUrl + path, expiresAt: link.expiresAt.toISOString() } }
  },
}

function toNamed({ organization }: CallContext, person: string) {
  return { organizationId: organization.id, userId: toUuid('usr', person) }
}

function viewCurrent(
  principal: OrganizationPrincipal,
  session: PrincipalSession,
  person: { readonly userName: string; readonly name: string | null; readonly email: string | null },
): RouteAnswer<'getSession'> {
  return {
    id: formatTypeId('ses', session.id),
    user: { id: formatTypeId('usr', principal.userId ?? ''), ...person },
    organization: {
      id: formatTypeId('org', principal.organizationId),
      slug: principal.organizationSlug,
      name: session.organizationName,
    },
    method: session.method,
    factors: [...session.factors],
    startedAt: session.startedAt.toISOString(),
    provedAt: session.provedAt.toISOString(),
    idleAt: session.idleAt.toISOString(),
    expiresAt: session.expiresAt.toISOString(),
    roles: (principal.owner?.roles ?? []).map(({ id, name }) => ({ id: formatTypeId('role', id), name })),
    permissions: [...permissionsOf(principal)],
    isOperator: session.isOperator,
  }
}

function viewSignIn({ methods, hasPassword, isBuiltIn }: PersonSignIn): RouteAnswer<'getPersonSignIn'> {
  return { methods: methods === null ? null : [...methods], hasPassword, isBuiltIn }
}
