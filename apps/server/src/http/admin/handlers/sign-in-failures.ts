import type { RouteAnswer } from '@rollcall/admin-api'
import { countFailures, getSignInFailure, listSignInFailures, type SignInFailure } from '../../../sign-in/failures.ts'
import { formatTypeId } from '../../../type-id.ts'
import type { Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'

export const signInFailureHandlers: Handlers<'listSignInFailures' | 'getSignInFailure'> = {
  listSignInFailures: (context, { query }) => {
    const { database } = context.parts
    const { id } = context.organization
    const { identityProvider } = query
    const providerId = identityProvider === undefined ? undefined : toUuid('idp', identityProvider)
    const find = { providerId, now: context.call.now }
    return answerList(context, {
      route: 'listSignInFailures',
      query,
      read: (page) => listSignInFailures(database, id, { ...page, ...find }),
      count: () => countFailures(database, id, find),
      view: viewFailure,
    })
  },

  getSignInFailure: async (context, { params }) => {
    const failure = { id: toUuid('sif', params.signInFailure), now: context.call.now }
    const row = await getSignInFailure(context.parts.database, context.organization.id, failure)
    // JSON as it was stored.
    return { body: { ...viewFailure(row), exchange: row.exchange as RouteAnswer<'getSignInFailure'>['exchange'] } }
  },
}

function viewFailure(row: SignInFailure) {
  const { code, detail, requestId } = row
  return {
    id: formatTypeId('sif', row.id),
    at: row.at.toISOString(),
    identityProvider: formatTypeId('idp', row.providerId),
    code,
    detail,
    requestId,
  }
}
