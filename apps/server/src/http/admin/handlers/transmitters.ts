import type { RouteAnswer } from '@rollcall/admin-api'
import { countInOrganization } from '../../../access/totals.ts'
import { issuerOf } from '../../../events/issuer.ts'
import {
  createTransmitter,
  deleteTransmitter,
  getTransmitter,
  listSignals,
  listTransmitters,
  updateTransmitter,
  type Transmitter,
} from '../../../sign-in/signals/transmitters.ts'
import { formatTypeId } from '../../../type-id.ts'
import { receivingUrlsOf } from '../../signals/receive.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { changeVersioned } from '../change-versioned.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'

type View = RouteAnswer<'getTransmitter'>

export const transmitterHandlers: Handlers<
  | 'listTransmitters'
  | 'createTransmitter'
  | 'getTransmitter'
  | 'getReceivedSignals'
  | 'updateTransmitter'
  | 'deleteTransmitter'
> = {
  listTransmitters: (context, { query }) => {
    const { database } = context.parts
    const { id } = context.organization
    return answerList(context, {
      route: 'listTransmitters',
      query,
      read: (page) => listTransmitters(database, id, page),
      count: () => countInOrganization(database, id, 'transmitters'),
      view: (row) => viewTransmitter(row, context),
    })
  },

  createTransmitter: async (context, { body }) => {
    const { parts, call, organization, baseUrl } = context
    const answer = toAnswer(
      context,
      await createTransmitter(parts, call, {
        organizationId: organization.id,
        command: body,
        audiencesOf: (id) => [
          receivingUrlsOf(baseUrl, organization.id, id).push,
          issuerOf(baseUrl, organization.id),
          formatTypeId('trm', id),
        ],
      }),
    )
    return { ...answer, location: `/api/v1/organizations/${organization.slug}/transmitters/${answer.body.id}` }
  },

  getTransmitter: async (context, { params }) => toAnswer(context, await transmitterOf(context, params.transmitter)),

  getReceivedSignals: async (context, { params }) => {
    const { database } = context.parts
    const signals = await listSignals(database, await transmitterOf(context, params.transmitter))
    const data = signals.map(({ jti, event, userId, outcome, receivedAt }) => ({
      jti,
      event,
      userId: userId === null ? null : formatTypeId('usr', userId),
      outcome,
      receivedAt: receivedAt.toISOString(),
    }))
    return { body: { data } }
  },

  updateTransmitter: async (context, { params, body }) => {
    const { parts, call, ifVersion } = context
    const row = await changeVersioned({
      ifVersion,
      change: () =>
        updateTransmitter(parts, call, { ...targetOf(context, params.transmitter), command: body, ifVersion }),
      readVersion: async () => (await transmitterOf(context, params.transmitter)).version,
    })
    return toAnswer(context, row)
  },

  deleteTransmitter: async (context, { params }) => {
    const { parts, call, ifVersion } = context
    await changeVersioned({
      ifVersion,
      change: () => deleteTransmitter(parts.database, call, { ...targetOf(context, params.transmitter), ifVersion }),
      readVersion: async () => (await transmitterOf(context, params.transmitter)).version,
    })
    return { body: undefined }
  },
}

function targetOf(context: CallContext, reference: string) {
  return { organizationId: context.organization.id, id: toUuid('trm', reference) }
}

function transmitterOf(context: CallContext, reference: string): Promise<Transmitter> {
  return getTransmitter(context.parts.database, targetOf(context, reference))
}

function toAnswer(context: CallContext, row: Transmitter) {
  return { body: viewTransmitter(row, context), version: row.version }
}

function viewTransmitter(row: Transmitter, { baseUrl }: Pick<CallContext, 'baseUrl'>): View {
  const { push, revocation } = receivingUrlsOf(baseUrl, row.organizationId, row.id)
  return {
    id: formatTypeId('trm', row.id),
    name: row.name,
    issuer: row.issuer,
    jwksUrl: row.jwksUrl,
    // Stored by parseClientKeys only.
    jwks: row.jwks as View['jwks'],
    audience: [...row.audience],
    method: row.method,
    pushUrl: push,
    revocationUrl: revocation,
    pollUrl: row.pollUrl,
    hasAuthorizationHeader: row.authorizationSealed !== null,
    onAccountDisabled: row.onAccountDisabled,
    onAccountEnabled: row.onAccountEnabled,
    onSessionRevoked: row.onSessionRevoked,
    state: row.state,
    failures: row.failures,
    lastError: row.lastError,
    lastReceivedAt: row.lastReceivedAt?.toISOString() ?? null,
    verifiedAt: row.verifiedAt?.toISOString() ?? null,
    createdBy: row.createdBy,
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}
