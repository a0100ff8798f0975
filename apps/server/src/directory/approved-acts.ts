import { styles } from '@rollcall/scim'
import { selectTeamScimId } from '../db/queries/teams.ts'
import { selectStandingById } from '../db/queries/users.ts'
import type { Transaction } from '../db/transaction.ts'
import { defaultConnectionSettings } from './connection-settings.ts'
import type { DirectoryContext, DirectoryParts } from './directory-context.ts'
import { removeUser, writeActive } from './lifecycle.ts'
import { isLocalOwner, managerOf } from './ownership.ts'
import { removeTeam } from './team-removal.ts'

/** Inside of a transaction, on behalf of a person who decided: nothing of it is held or counted. */
export type ApprovedContext = DirectoryContext & { readonly tx: Transaction; readonly isApproved: true }

/** Inside of a transaction; without an approval a mass change is held: HeldError. */
export type ActingContext = DirectoryContext & { readonly tx: Transaction }

/** The same on behalf of whoever owns the record: what no connection owns goes by Rollcall's own rules. */
export function asOwner<Context extends ActingContext>(context: Context, connectionId: string | null): Context {
  if (managerOf(connectionId) !== null) return { ...context, connectionId }
  return { ...context, connectionId, style: styles.rollcall, settings: defaultConnectionSettings }
}

/** By our id, through the one use case of suspension; undefined when there was nothing to do. */
export async function suspendAccount(
  parts: DirectoryParts,
  context: ActingContext,
  act: { readonly id: string; readonly via: string },
): Promise<boolean> {
  return setActive(parts, context, { ...act, active: false })
}

/** Back to what the account was before it was suspended. */
export async function reactivateAccount(
  parts: DirectoryParts,
  context: ActingContext,
  act: { readonly id: string; readonly via: string },
): Promise<boolean> {
  return setActive(parts, context, { ...act, active: true })
}

async function setActive(
  parts: DirectoryParts,
  context: ActingContext,
  act: { readonly id: string; readonly via: string; readonly active: boolean },
): Promise<boolean> {
  const standing = await selectStandingById(context.tx, context.organizationId, act.id)
  if (standing === undefined || standing.scim_id === null) return false
  if ((standing.state !== 'suspended') === act.active) return false
  // An administrator who suspends means a suspension, whatever a client's deactivation does in this style.
  const acting = isLocalOwner(standing.connection_id) ? asOwner(context, standing.connection_id) : context
  const suspending = { ...acting, style: { ...acting.style, suspensionRemoves: false } }
  const { scim_id } = standing
  const outcome = await writeActive(parts, suspending, { ...standing, scim_id }, act)
  return outcome.kind === 'written'
}

/** Deprovisions an account; the SCIM id that it lost, undefined when it had none. */
export async function removeAccount(
  parts: DirectoryParts,
  context: ApprovedContext,
  act: { readonly id: string; readonly via: string },
): Promise<string | undefined> {
  const standing = await selectStandingById(context.tx, context.organizationId, act.id)
  if (standing === undefined || standing.scim_id === null) return undefined
  const { scim_id: scimId } = standing
  const outcome = await removeUser(parts, context, { scimId, ifVersion: undefined, via: act.via })
  return outcome === 'removed' ? scimId : undefined
}

/** Ends a team; the SCIM id that it lost, undefined when it had none. */
export async function removeTeamById(
  parts: DirectoryParts,
  context: ApprovedContext,
  act: { readonly id: string; readonly via: string },
): Promise<string | undefined> {
  const scimId = await selectTeamScimId(context.tx, context.organizationId, act.id)
  if (scimId === undefined) return undefined
  const outcome = await removeTeam(parts, context, { scimId, ifVersion: undefined, via: act.via })
  return outcome === 'removed' ? scimId : undefined
}
