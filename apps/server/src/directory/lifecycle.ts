import type { AttributeChange, JsonObject } from '@rollcall/scim'
import type { RemoveOutcome } from '@rollcall/scim/server'
import type { Queryable } from '../db/pool.ts'
import type { ChangeOrigin, DirectoryAction } from '../db/queries/changes.ts'
import type { ResourceRow } from '../db/queries/rows.ts'
import { lockTeamsOfUser } from '../db/queries/teams.ts'
import { deprovisionUser, updateActivated } from '../db/queries/user-states.ts'
import {
  selectStanding,
  selectUser,
  switchUser,
  updateUser,
  type StateChange,
  type UserStanding,
  type UserValues,
} from '../db/queries/users.ts'
import { queryableOf, type DirectoryContext, type DirectoryParts } from './directory-context.ts'
import { admitCuts, allowanceOf, cutCountOf, guarded, takeTurn, type Turn } from './guard.ts'
import { mayWrite, ownedByAnother } from './ownership.ts'
import { parseStored } from './records.ts'
import { getResourceType, toDocument } from './resource-values.ts'
import { translating } from './user-conflicts.ts'
import { toUserValues } from './user-values.ts'

/** New attributes of a user, and what they do to the account. */
export type UserWrite = {
  readonly scimId: string
  readonly version: number
  readonly state: StateChange
  /** The attributes as they will be stored. */
  readonly attributes: JsonObject
  readonly changes: readonly AttributeChange[]
  readonly via: string
  readonly wantsGroups: boolean
  /** The attributes were held against what somebody overrides, or are written by that somebody. */
  readonly ignoresOverrides: boolean
  /** What the source said in vain, since somebody overrides it. */
  readonly kept?: readonly unknown[] | undefined
}

export type UserWriteOutcome =
  /** `kept`: nothing changed. */
  | { readonly kind: 'written' | 'kept'; readonly row: ResourceRow }
  /** `overridden`: somebody overrides attributes of the person, so the write must be held against them first. */
  | { readonly kind: 'stale' | 'notFound' | 'overridden' }

const actions: { readonly [state in StateChange]: DirectoryAction } = {
  keep: 'user.updated',
  suspend: 'user.suspended',
  reactivate: 'user.reactivated',
}

/**
 * The one way in which an account changes, is suspended or comes back, however the wish arrived (DESIGN §5, 8).
 * One statement: the row, its change, the keys, the totals. Only near the threshold of the guard it takes more.
 */
export async function writeUser(
  parts: DirectoryParts,
  context: DirectoryContext,
  write: UserWrite,
): Promise<UserWriteOutcome> {
  if (write.state === 'suspend' && context.style.suspensionRemoves) return removeInstead(parts, context, write)
  const db = queryableOf(parts, context)
  const row = await storeUser(db, context, write, { isCounted: true })
  if (row !== undefined) return { kind: 'written', row }
  const standing = await selectStanding(db, context.organizationId, write.scimId, { lock: false })
  const refusal = refuse(standing, context, write.version)
  if (refusal !== undefined) return { kind: refusal }
  if (standing?.has_overrides === true && !write.ignoresOverrides) return { kind: 'overridden' }
  // Nothing speaks against it but the allowance, so somebody must look at the size of the organization.
  if (write.state !== 'suspend') return { kind: 'stale' }
  return guarded(parts, context, (tx) => suspendInTurn(tx, context, write))
}

/** GitHub's organization SCIM: whoever is deactivated leaves, and the identity goes with its SCIM id. */
async function removeInstead(
  parts: DirectoryParts,
  context: DirectoryContext,
  write: UserWrite,
): Promise<UserWriteOutcome> {
  const { organizationId, connectionId } = context
  const { scimId, version, via, wantsGroups } = write
  const before = await selectUser(queryableOf(parts, context), { organizationId, connectionId, scimId, wantsGroups })
  const outcome = await removeUser(parts, context, { scimId, ifVersion: version, via })
  if (before === undefined || outcome !== 'removed') return { kind: outcome === 'stale' ? 'stale' : 'notFound' }
  // The last that is heard of the resource: what the client asked for.
  const { document, externalId } = valuesOf(context, write)
  const row = { ...before, version: version + 1, updated_at: context.now, document, external_id: externalId }
  return { kind: 'written', row: wantsGroups ? { ...row, groups: null } : row }
}

async function suspendInTurn(tx: Queryable, context: DirectoryContext, write: UserWrite): Promise<UserWriteOutcome> {
  const turn = await takeTurn(tx, context)
  const standing = await selectStanding(tx, context.organizationId, write.scimId, { lock: true })
  const refusal = refuse(standing, context, write.version)
  if (refusal !== undefined || standing === undefined) return { kind: refusal ?? 'notFound' }
  await admitAccount(tx, context, turn, { action: 'suspend', id: standing.id })
  const row = await storeUser(tx, context, write, { isCounted: false })
  return row === undefined ? { kind: 'stale' } : { kind: 'written', row }
}

async function storeUser(
  db: Queryable,
  context: DirectoryContext,
  write: UserWrite,
  options: { readonly isCounted: boolean },
): Promise<ResourceRow | undefined> {
  const { scimId, version, state, ignoresOverrides, wantsGroups, attributes } = write
  const suspends = state === 'suspend'
  const update = {
    scimId,
    version,
    wantsGroups,
    action: actions[state],
    data: toData(context, write),
    ignoresOverrides,
    allowance: suspends && options.isCounted ? allowanceOf(context) : undefined,
    cutCount: suspends && cutCountOf(context, 1) === 1 ? 1 : 0,
    // Datadog: the keys of a disabled person are revoked and do not come back.
    revokesKeys: suspends && context.style.name === 'datadog',
  } as const
  if (state !== 'keep' && isSwitch(write)) {
    const row = await switchUser(db, context, toDocument(attributes), { ...update, state })
    if (row !== undefined) return row
  }
  const values = valuesOf(context, write)
  return translating(values, () => updateUser(db, context, values, { ...update, state }))
}

/** Whether nothing but `active` changes: that is most of what identity providers send, and less work. */
function isSwitch({ changes }: UserWrite): boolean {
  return changes.every(({ path }) => path === 'active')
}

function valuesOf(context: DirectoryContext, { attributes }: UserWrite): UserValues {
  return toUserValues(attributes, getResourceType(context.registry, 'User'), context)
}

/**
 * A pending person becomes active: the invitation was accepted, or an administrator vouches for the person.
 * False when nobody pending has that account id. The SCIM resource is active before and after, so its version stays.
 */
export function activateUser(
  db: Queryable,
  origin: ChangeOrigin,
  command: { readonly id: string; readonly via: string },
): Promise<boolean> {
  return updateActivated(db, origin, { id: command.id, data: JSON.stringify({ via: command.via }) })
}

function toData({ act }: DirectoryContext, { via, changes, kept }: UserWrite): string {
  const isKept = kept !== undefined && kept.length > 0
  return JSON.stringify({ via: act?.via ?? via, reason: act?.reason, changes, ...(isKept ? { kept } : {}) })
}

/** DELETE: the resource ends, the account stays and can come back (DESIGN §5, 14). */
export async function removeUser(
  parts: DirectoryParts,
  context: DirectoryContext,
  command: { readonly scimId: string; readonly ifVersion: number | undefined; readonly via: string },
): Promise<RemoveOutcome> {
  return guarded(parts, context, async (tx) => {
    const turn = await takeTurn(tx, context)
    await lockTeamsOfUser(tx, context.organizationId, command.scimId)
    const standing = await selectStanding(tx, context.organizationId, command.scimId, { lock: true })
    const refusal = refuse(standing, context, command.ifVersion)
    if (refusal !== undefined || standing === undefined) return refusal ?? 'notFound'
    const wasActive = standing.state !== 'suspended'
    if (wasActive) await admitAccount(tx, context, turn, { action: 'delete', id: standing.id })
    await deprovisionUser(tx, context, {
      id: standing.id,
      wasActive,
      cutCount: wasActive && cutCountOf(context, 1) === 1 ? 1 : 0,
      revokesKeys: context.style.name === 'datadog' || context.style.deletionIsFinal,
      // What a restore goes back to.
      data: JSON.stringify({
        via: command.via,
        reason: context.act?.reason,
        state: standing.state,
        scimId: command.scimId,
      }),
      membershipVia: command.via,
    })
    return 'removed'
  })
}

function refuse(
  standing: UserStanding | undefined,
  context: DirectoryContext,
  ifVersion: number | undefined,
): 'notFound' | 'stale' | undefined {
  if (standing === undefined) return 'notFound'
  if (!mayWrite(standing.connection_id, context.connectionId)) throw ownedByAnother('user', standing.connection_id)
  return ifVersion !== undefined && ifVersion !== standing.version ? 'stale' : undefined
}

function admitAccount(
  tx: Queryable,
  context: DirectoryContext,
  turn: Turn | undefined,
  cut: { readonly action: 'suspend' | 'delete'; readonly id: string },
): Promise<void> {
  const { action, id } = cut
  return admitCuts(tx, context, turn, {
    count: 1,
    changes: [{ action, subjectKind: 'user', subjectId: id, memberId: id }],
  })
}

/** Suspends an account or brings it back as a person asked: overrides do not stand in the way. */
export function writeActive(
  parts: DirectoryParts,
  context: DirectoryContext,
  standing: Pick<UserStanding, 'version' | 'document' | 'external_id'> & { readonly scim_id: string },
  { active, via }: { readonly active: boolean; readonly via: string },
): Promise<UserWriteOutcome> {
  const change = { path: 'active', before: !active, after: active }
  const { attributes, changes, state } = settleActive({ ...parseStored(standing), active }, [change])
  return writeUser(parts, context, {
    scimId: standing.scim_id,
    version: standing.version,
    state,
    changes,
    attributes,
    via,
    wantsGroups: false,
    ignoresOverrides: true,
  })
}

/** What an update does to the account: `active` is kept where the client said nothing about it (RFC 7644 §3.5.1). */
export function settleActive(
  attributes: JsonObject,
  changes: readonly AttributeChange[],
): { readonly attributes: JsonObject; readonly changes: readonly AttributeChange[]; readonly state: StateChange } {
  const change = changes.find(({ path }) => path === 'active')
  const before = change === undefined ? attributes['active'] !== false : change.before !== false
  const active = attributes['active']
  const after = typeof active === 'boolean' ? active : before
  const settled = { ...attributes, active: after }
  if (after !== before) return { attributes: settled, changes, state: after ? 'reactivate' : 'suspend' }
  return { attributes: settled, changes: changes.filter(({ path }) => path !== 'active'), state: 'keep' }
}
