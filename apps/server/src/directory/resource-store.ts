import { foldValue, scimError, type JsonObject, type ResourceDraft, type ResourceType } from '@rollcall/scim'
import type { RemoveOutcome, ResourceRecord, ResourceUpdate, UpdateOutcome } from '@rollcall/scim/server'
import { isUuid } from '../db/filter-sql/membership.ts'
import { brokenUnique } from '../db/queries/constraint.ts'
import {
  deleteResourceRow,
  insertResource,
  lockResource,
  selectResource,
  updateResourceRow,
  type OtherValues,
  type ResourceStanding,
} from '../db/queries/resources.ts'
import type { ResourceRow } from '../db/queries/rows.ts'
import { queryableOf, type DirectoryContext, type DirectoryParts } from './directory-context.ts'
import { guarded } from './guard.ts'
import { mayWrite, ownedByAnother } from './ownership.ts'
import { toRecord } from './records.ts'
import { toResourceValues } from './resource-values.ts'
import { listUniqueOfExtensions } from './unique-values.ts'
import { createdRow, listCreated } from './create-user.ts'

function toOtherValues(attributes: JsonObject, type: ResourceType): OtherValues {
  const unique = [...type.attributes.values()].flatMap((attribute) => {
    if (attribute.uniqueness === 'none' || attribute.name === 'id') return []
    const value = foldValue(attribute, attributes[attribute.name])
    return value === undefined ? [] : [{ attribute: attribute.name, value: String(value) }]
  })
  const ofExtensions = listUniqueOfExtensions(attributes, type)
  return { ...toResourceValues(attributes, type, 'resources'), unique: [...unique, ...ofExtensions] }
}

export async function findOther(
  parts: DirectoryParts,
  context: DirectoryContext,
  type: ResourceType,
  scimId: string,
): Promise<ResourceRow | undefined> {
  if (!isUuid(scimId)) return undefined
  const { organizationId, connectionId } = context
  return selectResource(queryableOf(parts, context), { organizationId, connectionId, type: type.name, scimId })
}

export async function createOther(
  parts: DirectoryParts,
  context: DirectoryContext,
  type: ResourceType,
  draft: ResourceDraft,
): Promise<ResourceRecord> {
  const values = toOtherValues(draft.attributes, type)
  const resource = { ...values, id: parts.newId(), scimId: parts.newId(), type: type.name }
  const data = JSON.stringify({ via: 'POST', changes: listCreated(draft.attributes) })
  await translating(values, () => insertResource(queryableOf(parts, context), context, resource, data))
  return toRecord(createdRow(resource, context))
}

export async function changeOther(
  parts: DirectoryParts,
  context: DirectoryContext,
  type: ResourceType,
  change: { readonly scimId: string; readonly update: ResourceUpdate },
): Promise<UpdateOutcome> {
  const { scimId, update } = change
  if (!isUuid(scimId)) return { kind: 'notFound' }
  const { attributes } = update
  return guarded(parts, context, async (tx) => {
    const standing = await lockResource(tx, { organizationId: context.organizationId, type: type.name, scimId })
    const refusal = refuse(standing, context, type, update.ifVersion)
    if (refusal !== undefined || standing === undefined) return { kind: refusal ?? 'notFound' }
    const isChanged = attributes !== undefined && update.changes.length > 0
    if (isChanged) {
      const values = toOtherValues(attributes, type)
      const data = JSON.stringify({ via: update.verb, changes: update.changes })
      const row = { ...values, id: standing.id, type: type.name }
      await translating(values, () => updateResourceRow(tx, context, row, data))
    }
    const row = await findOther(parts, { ...context, tx }, type, scimId)
    if (row === undefined) return { kind: 'notFound' }
    return { kind: isChanged ? 'updated' : 'unchanged', record: toRecord(row) }
  })
}

export async function removeOther(
  parts: DirectoryParts,
  context: DirectoryContext,
  type: ResourceType,
  target: { readonly scimId: string; readonly ifVersion: string | undefined },
): Promise<RemoveOutcome> {
  const { scimId, ifVersion } = target
  if (!isUuid(scimId)) return 'notFound'
  return guarded(parts, context, async (tx) => {
    const standing = await lockResource(tx, { organizationId: context.organizationId, type: type.name, scimId })
    const refusal = refuse(standing, context, type, ifVersion)
    if (refusal !== undefined || standing === undefined) return refusal ?? 'notFound'
    await deleteResourceRow(tx, context, { id: standing.id, type: type.name, via: 'DELETE' })
    return 'removed'
  })
}

function refuse(
  standing: ResourceStanding | undefined,
  context: DirectoryContext,
  type: ResourceType,
  ifVersion: string | undefined,
): 'notFound' | 'stale' | undefined {
  if (standing === undefined) return 'notFound'
  if (!mayWrite(standing.connection_id, context.connectionId)) throw ownedByAnother(type.name, standing.connection_id)
  return ifVersion !== undefined && ifVersion !== String(standing.version) ? 'stale' : undefined
}

async function translating(values: OtherValues, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (brokenUnique(error) !== 'unique_values_pkey') throw error
    const names = values.unique.map(({ attribute, value }) => `${attribute} "${value.slice(0, 200)}"`)
    throw scimError('uniqueness', `${names.join(' or ')} is taken by another resource`)
  }
}
