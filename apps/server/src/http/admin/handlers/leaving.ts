import { apiError, type RouteAnswer } from '@rollcall/admin-api'
import { permissionsOf } from '../../../access/rights.ts'
import { hasScope } from '../../../access/scopes.ts'
import { handOver, listOwned, type OwnedKey, type OwnedKind } from '../../../directory/handover.ts'
import { formatTypeId, type IdPrefix } from '../../../type-id.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { toUuid } from '../to-uuid.ts'

const everything: readonly OwnedKind[] = ['teams', 'connections', 'serviceAccounts']

export const leavingHandlers: Handlers<'getPersonOwned' | 'handOverPerson'> = {
  getPersonOwned: async (context, { params }) => {
    const query = {
      organizationId: context.organization.id,
      userId: toUuid('usr', params.person),
      now: context.call.now,
    }
    const owned = await listOwned(context.parts.database, query)
    return {
      body: {
        teams: owned.teams.map(named('team')),
        connections: owned.connections.map(named('con')),
        serviceAccounts: owned.serviceAccounts.map(named('sa')),
        keys: owned.keys.map(viewKey),
      },
    }
  },

  handOverPerson: async (context, { params, body }) => {
    const kinds = new Set(body.only ?? everything)
    requireRoles(context, kinds)
    const done = await handOver(context.parts.database, context.call, {
      organizationId: context.organization.id,
      from: toUuid('usr', params.person),
      to: body.to.startsWith('sa_')
        ? { kind: 'service_account', id: toUuid('sa', body.to) }
        : { kind: 'user', id: toUuid('usr', body.to) },
      kinds,
    })
    return {
      body: {
        to: body.to,
        handedOver: {
          teams: done.teams.map(named('team')),
          connections: done.connections.map(named('con')),
          serviceAccounts: done.serviceAccounts.map(named('sa')),
        },
        dying: done.dying.map(viewKey),
      },
    }
  },
}

/** Maintaining a team is a role: whoever may not give roles leaves teams out. */
function requireRoles({ principal }: CallContext, kinds: ReadonlySet<OwnedKind>): void {
  if (!kinds.has('teams') || permissionsOf(principal).has('roles:manage')) return
  const detail = 'Handing over teams gives a role, which needs "roles:manage": name the other kinds in "only"'
  throw apiError('forbidden', detail)
}

function named(prefix: IdPrefix) {
  return ({ id, name }: { readonly id: string; readonly name: string }) => ({ id: formatTypeId(prefix, id), name })
}

function viewKey(key: OwnedKey): RouteAnswer<'getPersonOwned'>['keys'][number] {
  return { ...named('key')(key), hint: key.hint, provisions: hasScope(key.scopes, 'scim') }
}
