import { claimTeamRow, claimUserRow } from '../db/queries/releases.ts'
import { restoreMembershipRows } from '../db/queries/restored-memberships.ts'
import { relinkUser, selectStandingById, selectTaken, type UserStanding } from '../db/queries/users.ts'
import { asOwner, reactivateAccount, type ApprovedContext } from './approved-acts.ts'
import type { DirectoryParts } from './directory-context.ts'
import { toLogin } from './logins.ts'
import { parseStored } from './records.ts'
import { getResourceType } from './resource-values.ts'
import { toUserValues } from './user-values.ts'

/** What was before an act, as far as undoing it needs to know. */
export type Former = {
  readonly id: string
  readonly scimId: string | null
  readonly externalId: string | null
  readonly connectionId: string | null
  readonly state: UserStanding['state']
  /** When the act was done: what ended then belongs to it. */
  readonly at: Date
}

/** Undefined: it is as it was before; else why not, in words for people. */
export type Kept = string | undefined

/** Takes back what an act did to an account, unless something else has happened to it since. */
export async function restoreAccount(
  parts: DirectoryParts,
  context: ApprovedContext,
  former: Former,
  via: string,
): Promise<Kept> {
  const standing = await selectStandingById(context.tx, context.organizationId, former.id)
  if (standing === undefined) return 'The account was purged since'
  if (standing.connection_id !== null && standing.connection_id !== former.connectionId)
    return 'Another connection has provisioned the account since'
  const owner = asOwner(context, former.connectionId)
  if (standing.scim_id === null) return restoreDeprovisioned(parts, owner, standing, former, via)
  if (former.state === 'deprovisioned') return undefined
  if (standing.connection_id !== former.connectionId) {
    const outcome = await claimUserRow(context.tx, owner, {
      id: former.id,
      scimId: former.scimId,
      externalId: former.externalId,
      isExternalIdUnique: context.style.externalIdUnique,
      login: owner.style.githubLogins ? toLogin(parseStored(standing), owner) : undefined,
      via,
    })
    if (outcome !== 'claimed') return 'Another account has its externalId or login since'
  }
  if (standing.state !== 'suspended' || former.state === 'suspended') return undefined
  await reactivateAccount(parts, owner, { id: former.id, via })
  return undefined
}

async function restoreDeprovisioned(
  parts: DirectoryParts,
  context: ApprovedContext,
  standing: UserStanding,
  former: Former,
  via: string,
): Promise<Kept> {
  const stored = parseStored(standing)
  const active = former.state !== 'suspended'
  const values = toUserValues({ ...stored, active }, getResourceType(context.registry, 'User'), context)
  const taken = await selectTaken(context.tx, context, values)
  if (taken !== undefined) return `Another account has its ${taken.attribute} since`
  const user = {
    ...values,
    id: former.id,
    scimId: former.scimId ?? parts.newId(),
    state: active ? ('active' as const) : ('suspended' as const),
    resumesAs: former.state === 'pending' ? ('pending' as const) : ('active' as const),
  }
  const row = await relinkUser(context.tx, context, user, JSON.stringify({ via }))
  if (row === undefined) return 'The account was restored by somebody else'
  await restoreMembershipRows(context.tx, context, { at: former.at, memberId: former.id, teamId: null, via })
  return undefined
}

/** Takes back what an act did to a team: its end, its release, and the leaving of its people. */
export async function restoreTeam(context: ApprovedContext, former: Former, via: string): Promise<Kept> {
  const { id, scimId, externalId, connectionId } = former
  const isNameUnique = context.style.groupNameUnique
  if (!(await claimTeamRow(context.tx, context, { id, scimId, externalId, connectionId, isNameUnique, via })))
    return 'Another connection has the team since, or another team has its name'
  await restoreMembershipRows(context.tx, context, { at: former.at, memberId: null, teamId: id, via })
  return undefined
}

/** Takes a person back into a team that an act took them out of. */
export async function restoreMembership(
  context: ApprovedContext,
  ended: { readonly at: Date; readonly memberId: string; readonly teamId: string },
  via: string,
): Promise<Kept> {
  const count = await restoreMembershipRows(context.tx, context, { ...ended, via })
  return count > 0 ? undefined : 'The team or the person is gone, or the person is back already'
}
