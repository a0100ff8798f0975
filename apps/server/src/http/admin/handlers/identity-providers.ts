import type { RouteBody } from '@rollcall/admin-api'
import { AccessError } from '../../../access/access-error.ts'
import { listRoles } from '../../../access/roles.ts'
import { countInOrganization } from '../../../access/totals.ts'
import {
  deleteIdentityProvider,
  getIdentityProvider,
  listIdentityProviders,
} from '../../../sign-in/identity-providers.ts'
import { isScimOn } from '../../../sign-in/just-in-time.ts'
import { checkOidcProvider } from '../../../sign-in/oidc/check.ts'
import { createOidcProvider, updateOidcProvider } from '../../../sign-in/oidc/manage.ts'
import { checkSamlProvider } from '../../../sign-in/saml/check.ts'
import { samlPresets } from '../../../sign-in/saml/presets.ts'
import { createSamlProvider, rollOverKeys, updateSamlProvider } from '../../../sign-in/saml/manage.ts'
import { toOidcUrls } from '../../../sign-in/oidc/urls.ts'
import { toServiceProviderUrls } from '../../../sign-in/saml/service-provider.ts'
import { createId, formatTypeId } from '../../../type-id.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { changeVersioned } from '../change-versioned.ts'
import { answerList, readTable } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { viewIdentityProvider, type ProviderPlace, type ShownProvider } from '../views/identity-providers.ts'

export const identityProviderHandlers: Handlers<
  | 'listSamlPresets'
  | 'getIdentityProviderAddresses'
  | 'listIdentityProviders'
  | 'createIdentityProvider'
  | 'getIdentityProvider'
  | 'updateIdentityProvider'
  | 'deleteIdentityProvider'
  | 'checkIdentityProvider'
  | 'rollOverIdentityProviderKeys'
> = {
  listSamlPresets: (context, { query }) => {
    const all = [...samlPresets]
    return answerList(context, {
      route: 'listSamlPresets',
      query,
      read: async (page) => readTable(all, page, ([name]) => name),
      count: async () => all.length,
      view: ([name, { title, claims, steps }]) => {
        return { name, title, claims: claims.map((claim) => ({ ...claim })), steps: [...steps] }
      },
    })
  },

  getIdentityProviderAddresses: async ({ baseUrl, organization }, { query }) => {
    const { identityProvider } = query
    const id = identityProvider === undefined ? createId() : toUuid('idp', identityProvider)
    const place = { organizationId: organization.id, id }
    const { signOutUrl: _, ...oidc } = toOidcUrls(baseUrl, place)
    return { body: { id: formatTypeId('idp', id), saml: toServiceProviderUrls(baseUrl, place), oidc } }
  },

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
    const answer = await toAnswer(context, await create(context, body))
    const { slug } = context.organization
    return { ...answer, location: `/api/v1/organizations/${slug}/identity-providers/${answer.body.id}` }
  },

  getIdentityProvider: async (context, { params }) => {
    return toAnswer(context, await readProvider(context, params.identityProvider))
  },

  updateIdentityProvider: async (context, { params, body }) => {
    const { ifVersion } = context
    const before = await readProvider(context, params.identityProvider)
    const row = await changeVersioned({
      ifVersion,
      change: () => update(context, before, body),
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

  checkIdentityProvider: async (context, { params }) => {
    const { parts, baseUrl, call } = context
    const provider = await readProvider(context, params.identityProvider)
    const checks =
      provider.type === 'oidc'
        ? await checkOidcProvider(parts, provider, { baseUrl, now: call.now })
        : await checkSamlProvider(parts, provider, call.now)
    return { body: { works: checks.every(({ state }) => state !== 'failed'), checks: [...checks] } }
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

function create({ parts, call, organization }: CallContext, body: RouteBody<'createIdentityProvider'>) {
  const { type, name, preset, state, domains, saml, oidc } = body
  const id = body.id === undefined ? undefined : toUuid('idp', body.id)
  const request = { organizationId: organization.id, id, name, preset, state, domains }
  if (saml !== undefined) return createSamlProvider(parts, call, { ...request, command: saml })
  if (oidc !== undefined) return createOidcProvider(parts, call, { ...request, command: oidc })
  throw new Error(`The schema lets no body without ${type} through`)
}

function update(context: CallContext, before: ShownProvider, body: RouteBody<'updateIdentityProvider'>) {
  const { parts, call, ifVersion } = context
  const { name, state, domains, saml, oidc } = body
  const { organizationId, id, type } = before
  if ((type === 'saml' ? oidc : saml) !== undefined)
    throw new AccessError('invalidType', `This identity provider is of type ${type}: name its settings under ${type}`, {
      field: type === 'saml' ? 'oidc' : 'saml',
    })
  const target = { organizationId, id, name, state, domains, ifVersion }
  return type === 'saml'
    ? updateSamlProvider(parts, call, { ...target, command: saml })
    : updateOidcProvider(parts, call, { ...target, command: oidc })
}

function readProvider(context: CallContext, id: string): Promise<ShownProvider> {
  return getIdentityProvider(context.parts.database, context.organization.id, toUuid('idp', id))
}

async function toAnswer(context: CallContext, row: ShownProvider) {
  return { body: viewIdentityProvider(row, await placeOf(context)), version: row.version }
}

/** More than an organization may have. */
const rolesReadMax = 1_000

async function placeOf({ baseUrl, parts, organization, call }: CallContext): Promise<ProviderPlace> {
  const { database, encryption } = parts
  const [isOn, { data: roles }] = await Promise.all([
    isScimOn(database, organization.id, call.now),
    listRoles(database, organization.id, { limit: rolesReadMax }),
  ])
  return { baseUrl, encryption, isScimOn: isOn, roleNames: new Map(roles.map(({ id, name }) => [id, name])) }
}
