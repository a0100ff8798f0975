import { countInOrganization } from '../../../access/totals.ts'
import {
  deleteIdentityProvider,
  getIdentityProvider,
  listIdentityProviders,
} from '../../../sign-in/identity-providers.ts'
import { isScimOn } from '../../../sign-in/just-in-time.ts'
import { createSamlProvider, rollOverKeys, updateSamlProvider } from '../../../sign-in/saml/manage.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { changeVersioned } from '../change-versioned.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { viewIdentityProvider, type ProviderPlace, type ShownProvider } from '../views/identity-providers.ts'

export const identityProviderHandlers: Handlers<
  | 'listIdentityProviders'
  | 'createIdentityProvider'
  | 'getIdentityProvider'
  | 'updateIdentityProvider'
  | 'deleteIdentityProvider'
  | 'rollOverIdentityProviderKeys'
> = {
  listIdentityProviders: async (context, { query }) => {
    const { database } = context.parts
    const { id } = context.organization
    const place = await placeOf(context)
    return answerList(context, {
      route: 'listIdentityProviders',
      query,
      read: (page) => listIdentityProviders(database, id, page),
      count: () => countInOrganization(database, id, 'identityProviders'),
      view: (row) => viewIdentityProvider(row, place),
    })
  },

  createIdentityProvider: async (context, { body }) => {
    const { name, preset, saml: command } = body
    const request = { organizationId: context.organization.id, name, preset, command }
    const answer = await toAnswer(context, await createSamlProvider(context.parts, context.call, request))
    const { slug } = context.organization
    return { ...answer, location: `/api/v1/organizations/${slug}/identity-providers/${answer.body.id}` }
  },

  getIdentityProvider: async (context, { params }) => {
    return toAnswer(context, await readProvider(context, params.identityProvider))
  },

  updateIdentityProvider: async (context, { params, body }) => {
    const { parts, call, ifVersion } = context
    const { name, state, saml: command } = body
    const target = { organizationId: context.organization.id, id: toUuid('idp', params.identityProvider) }
    const row = await changeVersioned({
      ifVersion,
      change: () => updateSamlProvider(parts, call, { ...target, name, state, command, ifVersion }),
      readVersion: async () => (await readProvider(context, params.identityProvider)).version,
    })
    return toAnswer(context, row)
  },

  deleteIdentityProvider: async (context, { params }) => {
    const { parts, call, ifVersion } = context
    const target = { organizationId: context.organization.id, id: toUuid('idp', params.identityProvider) }
    await changeVersioned({
      ifVersion,
      change: () => deleteIdentityProvider(parts.database, call, { ...target, ifVersion }),
      readVersion: async () => (await readProvider(context, params.identityProvider)).version,
    })
    return { body: undefined }
  },

  rollOverIdentityProviderKeys: async (context, { params, body }) => {
    const { parts, call, ifVersion } = context
    const target = { organizationId: context.organization.id, id: toUuid('idp', params.identityProvider) }
    const row = await changeVersioned({
      ifVersion,
      change: () => rollOverKeys(parts, call, { ...target, step: body.step, ifVersion }),
      readVersion: async () => (await readProvider(context, params.identityProvider)).version,
    })
    return toAnswer(context, row)
  },
}

function readProvider(context: CallContext, id: string): Promise<ShownProvider> {
  return getIdentityProvider(context.parts.database, context.organization.id, toUuid('idp', id))
}

async function toAnswer(context: CallContext, row: ShownProvider) {
  return { body: viewIdentityProvider(row, await placeOf(context)), version: row.version }
}

async function placeOf({ baseUrl, parts, organization, call }: CallContext): Promise<ProviderPlace> {
  const { database, encryption } = parts
  return { baseUrl, encryption, isScimOn: await isScimOn(database, organization.id, call.now) }
}
