import type { RouteAnswer, RouteBody } from '@rollcall/admin-api'
import { changeSignInMappings, nameRoles, type MappingSetCommand } from '../../../sign-in/change-mappings.ts'
import { getIdentityProvider } from '../../../sign-in/identity-providers.ts'
import { toSignInMappings } from '../../../sign-in/mappings.ts'
import { previewSignInMappings } from '../../../sign-in/preview-mappings.ts'
import { formatTypeId } from '../../../type-id.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { changeVersioned } from '../change-versioned.ts'
import { toUuid } from '../to-uuid.ts'

type Provider = Awaited<ReturnType<typeof getIdentityProvider>>
type Body = RouteBody<'updateSignInMappings'>

export const signInMappingHandlers: Handlers<'getSignInMappings' | 'updateSignInMappings' | 'previewSignInMappings'> = {
  getSignInMappings: async (context, { params }) => {
    return toAnswer(context, await readProvider(context, params.identityProvider))
  },

  updateSignInMappings: async (context, { params, body }) => {
    const { parts, call, ifVersion } = context
    const target = { organizationId: context.organization.id, id: toUuid('idp', params.identityProvider) }
    const sets = { roles: toRoleSet(body.roles), teams: toTeamSet(body.teams) }
    const row = await changeVersioned({
      ifVersion,
      change: () => changeSignInMappings(parts.database, call, { ...target, ...sets, ifVersion }),
      readVersion: async () => (await readProvider(context, params.identityProvider)).version,
    })
    return toAnswer(context, row)
  },

  previewSignInMappings: async (context, { params, body }) => {
    const provider = await readProvider(context, params.identityProvider)
    const command = toRoleSet(body.roles) ?? { isOn: undefined, mappings: undefined }
    const { counts, warnings, people } = await previewSignInMappings(context.parts.database, provider, command)
    return {
      body: {
        counts,
        warnings: [...warnings],
        people: people.map(({ userId, display, gains, loses, keeps, ...known }) => ({
          ...known,
          id: formatTypeId('usr', userId),
          displayName: display,
          gains: gains.map(viewRole),
          loses: loses.map(viewRole),
          keeps: keeps.map(viewRole),
        })),
      },
    }
  },
}

function readProvider(context: CallContext, id: string): Promise<Provider> {
  return getIdentityProvider(context.parts.database, context.organization.id, toUuid('idp', id))
}

function toRoleSet(set: Body['roles']): MappingSetCommand | undefined {
  if (set === undefined) return undefined
  const mappings = set.mappings?.map(({ attribute, value, role }) => ({ attribute, value, target: role }))
  return { isOn: set.enabled, mappings }
}

function toTeamSet(set: Body['teams']): MappingSetCommand | undefined {
  if (set === undefined) return undefined
  const mappings = set.mappings?.map(({ attribute, value, team }) => ({
    attribute,
    value,
    target: toUuid('team', team),
  }))
  return { isOn: set.enabled, mappings }
}

async function toAnswer(
  context: CallContext,
  row: Provider,
): Promise<{ readonly body: RouteAnswer<'getSignInMappings'>; readonly version: number }> {
  const { roles, teams } = toSignInMappings(row.mappings)
  const ids = roles.mappings.map(({ targetId }) => targetId)
  const names = await nameRoles(context.parts.database, context.organization.id, ids)
  const body = {
    roles: {
      enabled: roles.isOn,
      mappings: roles.mappings.map(({ attribute, value, targetId }) => {
        const name = names.get(targetId)
        return { attribute, value, role: name === undefined ? null : viewRole({ id: targetId, name }) }
      }),
    },
    teams: {
      enabled: teams.isOn,
      mappings: teams.mappings.map(({ attribute, value, targetId }) => {
        return { attribute, value, team: formatTypeId('team', targetId) }
      }),
    },
    version: row.version,
  }
  return { body, version: row.version }
}

function viewRole({ id, name }: { readonly id: string; readonly name: string }) {
  return { id: formatTypeId('role', id), name }
}
