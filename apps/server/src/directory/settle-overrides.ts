import { diffResources, type AttributeChange, type Json, type JsonObject, type ResourceType } from '@rollcall/scim'
import type { ResourceUpdate } from '@rollcall/scim/server'
import { lockOverrides, updateOverrides, type OverrideRow } from '../db/queries/overrides.ts'
import type { Queryable } from '../db/pool.ts'
import { attributeOf, readPath, writePath } from './attribute-values.ts'
import type { DirectoryContext } from './directory-context.ts'

/** What a source wrote, and what of it stays as somebody overrode it. */
export type Settlement = {
  readonly attributes: JsonObject
  readonly changes: readonly AttributeChange[]
  /** Attributes that the source said in vain, with what it said. */
  readonly kept: readonly { readonly path: string; readonly pushed: Json | undefined }[]
}

/** Whether an override holds at that moment. */
export function isLasting(override: OverrideRow, now: Date): boolean {
  return override.ended_at === null && override.expires_at.getTime() > now.getTime()
}

/**
 * Holds what a source writes against the overrides of the person, whose row the caller has locked. While one lasts, the
 * attribute stays and what the source said is remembered; when it is over, the source's last word returns.
 */
export async function settleOverrides(
  tx: Queryable,
  context: DirectoryContext,
  type: ResourceType,
  write: {
    readonly userId: string
    readonly stored: JsonObject
    readonly attributes: JsonObject
    readonly changes: readonly AttributeChange[]
    readonly verb: ResourceUpdate['verb']
  },
): Promise<Settlement> {
  const { organizationId, now } = context
  const overrides = await lockOverrides(tx, organizationId, write.userId)
  const touched = new Set(write.changes.map(({ path }) => attributeOf(path, type)))
  let { attributes } = write
  const kept: { path: string; pushed: Json | undefined }[] = []
  const outcomes: { id: string; pushed: Json | undefined; isSettled: boolean }[] = []
  for (const override of overrides) {
    const { id, attribute } = override
    const sent = readPath(write.attributes, attribute, type)
    // A PUT speaks of every attribute; a PATCH only of those that it changes.
    const isSent = touched.has(attribute) || write.verb === 'PUT'
    const last = isSent ? sent : (override.pushed ?? undefined)
    const isLive = isLasting(override, now)
    const value = isLive ? readPath(write.stored, attribute, type) : last
    attributes = writePath(attributes, attribute, { value, type })
    if (isLive && touched.has(attribute)) kept.push({ path: attribute, pushed: sent })
    outcomes.push({ id, pushed: last, isSettled: !isLive })
  }
  await updateOverrides(tx, { organizationId, userId: write.userId, now, overrides: outcomes })
  return { attributes, changes: diffResources(write.stored, attributes, type), kept }
}
