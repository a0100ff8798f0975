import { scimError, type ScimError } from '@rollcall/scim'
import type { Action } from '@rollcall/scim/server'
import { explainMissing, type Entitlements, type FeatureName } from '../../access/plans.ts'
import { describeLack, findScimLack } from '../../access/rights.ts'
import { isSearch } from './log-row.ts'
import type { ScimContext } from './scim-context.ts'
import { isScim11 } from './scim11/is-scim11.ts'
import type { Endpoint } from './service-settings.ts'
import type { RequestContext } from '../request-context.ts'

const writeMethods: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/** What a key that was let in may still not do here; asked for every operation of a bulk request too. */
export function permit(context: ScimContext, action: Action): void {
  const { endpoint, web, principal } = context
  if (action.type === 'Group') {
    const refusal = refuseByPlan(endpoint.plan, 'groups', web.baseUrl)
    if (refusal !== undefined) throw refusal
  }
  if (!writeMethods.has(action.method) || isSearch(web.path)) return
  // People were asked about at the door; a role may allow them and no teams.
  const lack = action.type === 'Group' ? findScimLack(principal, 'teams:manage') : undefined
  if (lack !== undefined) throw scimError('forbidden', describeLack(lack, principal))
  // GitHub's "Enable open SCIM configuration".
  if (endpoint.own.writesEnabled) return
  throw scimError(
    'forbidden',
    'Writes are switched off for this connection: switch SCIM on for it (rollcall connection enable-scim), or set its setting "writesEnabled" to true',
  )
}

/** Undefined when the plan has the feature; else the words of the admin API, and where more is to be read. */
export function refuseByPlan(plan: Entitlements, feature: FeatureName, baseUrl: string): ScimError | undefined {
  if (plan.features.has(feature)) return undefined
  return scimError('forbidden', `${explainMissing(feature, plan)}. More: ${baseUrl}/errors/planRequired`)
}

/** SCIM 1.1 is served only where somebody asked for it. */
export function refuseVersion({ own }: Endpoint, web: RequestContext): ScimError | undefined {
  if (own.scim11 || !isScim11(web)) return undefined
  return scimError(
    'forbidden',
    'SCIM 1.1 is switched off for this connection: set its setting "scim11" to true, or use the address with /scim/v2',
  )
}
