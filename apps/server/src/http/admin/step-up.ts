import { apiError, type Route } from '@rollcall/admin-api'
import { isJsonObject } from '@rollcall/scim'
import type { Principal } from '../../access/principal.ts'
import { isProvenLately, provenMinutes } from '../../sign-in/prove.ts'
import { confirmPath } from '../sign-in/confirm.ts'

/**
 * Refuses a dangerous act of somebody whose browser may have been left open: he must have shown lately who he is (CON-M2).
 * Whoever holds a key is not there to be asked.
 */
export function requireStepUp(
  principal: Principal,
  asked: { readonly route: Route; readonly body: unknown; readonly now: Date; readonly baseUrl: string },
): void {
  const { route, body, now, baseUrl } = asked
  const session = principal.kind === 'organization' ? principal.session : undefined
  if (session === undefined || !isDangerous(route, body) || isProvenLately(session, now)) return
  const detail = `Confirm that it is you: for this you must have shown so within the last ${provenMinutes} minutes`
  throw apiError('stepUpRequired', detail, { confirmUrl: baseUrl + confirmPath })
}

function isDangerous({ stepUp }: Route, body: unknown): boolean {
  if (stepUp === undefined || stepUp === true) return stepUp === true
  return stepUp.some((path) => hasMember(body, path.split('.')))
}

function hasMember(value: unknown, [name, ...rest]: readonly string[]): boolean {
  if (name === undefined) return true
  return isJsonObject(value) && Object.hasOwn(value, name) && hasMember(value[name], rest)
}
