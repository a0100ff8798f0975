import { scimError } from '../errors.ts'
import { isJsonArray, type JsonObject } from '../json.ts'
import { applyPatch } from '../patch/apply-patch.ts'
import { parsePatch } from '../patch/parse-patch.ts'
import { diffResources } from '../resource/diff-resources.ts'
import type { AttributeChange, MemberStep, ResourceDraft } from '../resource/draft.ts'
import { normaliseResource } from '../resource/normalise-resource.ts'
import { checkSchemas } from '../resource/schemas-attribute.ts'
import type { ResourceType } from '../schema/resource-type.ts'
import {
  type Call,
  type Preconditions,
  assertPreconditions,
  isGroupType,
  notFound,
  parseDocument,
  requiredAttributesOf,
  textOf,
  toleranceOf,
} from './call.ts'
import type { Fields, ResourceRecord } from './storage.ts'

/** The resource that a request names. */
export type Target = { readonly type: ResourceType; readonly id: string }

/** How a write goes: its conditions, and what its answer will show. */
export type WriteOptions = { readonly conditions: Preconditions; readonly fields: Fields }

const noFields: Fields = { groups: false, members: false }
const attemptsMax = 10
const pauseMsMax = 25

/** Checks what a POST brings; throws what `normaliseResource` throws. */
export function toDraft<Context>(call: Call<Context>, type: ResourceType, body: JsonObject): ResourceDraft {
  const draft = normaliseResource(body, type, {
    tolerance: toleranceOf(call),
    required: requiredAttributesOf(call.settings, type),
  })
  call.trace.externalId = textOf(draft.attributes['externalId'])
  return draft
}

/** POST (RFC 7644 §3.3). */
export async function createResource<Context>(
  call: Call<Context>,
  type: ResourceType,
  options: { readonly body: JsonObject; readonly fields: Fields },
): Promise<ResourceRecord> {
  const draft = toDraft(call, type, options.body)
  const record = await call.service.storage.create(call.context, type, draft, options.fields)
  call.trace.resourceId = record.id
  if (draft.members !== undefined && draft.members.length > 0)
    call.trace.members = [{ kind: 'add', members: draft.members }]
  return record
}

/** PUT (RFC 7644 §3.5.1). */
export function replaceResource<Context>(
  call: Call<Context>,
  target: Target,
  options: WriteOptions & { readonly body: JsonObject },
): Promise<ResourceRecord> {
  const { type } = target
  const soft = call.settings.softPut === true
  checkSchemas(options.body, type, toleranceOf(call))
  return updateResource(call, target, {
    ...options,
    verb: 'PUT',
    compute(current) {
      const draft = normaliseResource(options.body, type, {
        tolerance: toleranceOf(call),
        required: requiredAttributesOf(call.settings, type),
        current,
      })
      const attributes = soft ? mergeSoftly(current, draft.attributes) : draft.attributes
      return {
        attributes,
        writeOnly: draft.writeOnly,
        changes: diffResources(current, attributes, type),
        members: replacementOf(type, draft, soft),
      }
    },
  })
}

// RFC 7644 §3.5.1: what a PUT leaves out may be cleared, so a group without members is emptied.
function replacementOf(type: ResourceType, draft: ResourceDraft, soft: boolean): readonly MemberStep[] {
  if (!isGroupType(type) || (soft && draft.members === undefined)) return []
  return [{ kind: 'replace', members: draft.members ?? [] }]
}

function mergeSoftly(current: JsonObject, sent: JsonObject): JsonObject {
  const schemas = new Set([current['schemas'], sent['schemas']].flatMap((list) => (isJsonArray(list) ? list : [])))
  return { ...current, ...sent, schemas: [...schemas] }
}

/** PATCH (RFC 7644 §3.5.2): the attributes are computed here, memberships are left to the store as steps. */
export function patchResource<Context>(
  call: Call<Context>,
  target: Target,
  options: WriteOptions & { readonly body: JsonObject },
): Promise<ResourceRecord> {
  const { type } = target
  const tolerance = toleranceOf(call)
  const operations = parsePatch(options.body, {
    tolerance,
    operationsMax: call.settings.limits.patchOperationsMax,
  })
  const required = requiredAttributesOf(call.settings, type)
  return updateResource(call, target, {
    ...options,
    verb: 'PATCH',
    compute(current) {
      const result = applyPatch(current, operations, type, { tolerance, members: 'steps', required, id: target.id })
      return { ...result, attributes: result.resource }
    },
  })
}

type ComputedChange = {
  readonly attributes: JsonObject
  readonly writeOnly: JsonObject
  readonly changes: readonly AttributeChange[]
  readonly members: readonly MemberStep[]
}

type UpdateOptions = WriteOptions & {
  readonly verb: 'PUT' | 'PATCH'
  compute(current: JsonObject): ComputedChange
}

/** Reads, computes, writes; begins again when somebody else wrote in between. */
async function updateResource<Context>(
  call: Call<Context>,
  target: Target,
  options: UpdateOptions,
): Promise<ResourceRecord> {
  const { storage } = call.service
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    if (attempt > 0) await pause(Math.random() * pauseMsMax * attempt)
    const current = await storage.find(call.context, target.type, target.id, noFields)
    if (current === undefined) throw notFound(target.type, target.id)
    assertPreconditions(options.conditions, current.version)
    const change = options.compute(parseDocument(current.document))
    recordChange(call, target, change)
    const outcome = await storage.update(call.context, target.type, target.id, {
      ifVersion: needsVersion(change, options.conditions) ? current.version : undefined,
      attributes: change.changes.length === 0 ? undefined : change.attributes,
      changes: change.changes,
      writeOnly: change.writeOnly,
      members: change.members,
      fields: options.fields,
      verb: options.verb,
    })
    if (outcome.kind === 'notFound') throw notFound(target.type, target.id)
    if (outcome.kind !== 'stale') return outcome.record
  }
  throw scimError('unavailable', 'The resource is being changed by others all the time; try again', {
    headers: { 'retry-after': '1' },
  })
}

// Membership steps alone need no version: they say what to add and remove, whatever happens beside them (TRAP-F6).
function needsVersion(change: ComputedChange, conditions: Preconditions): boolean {
  return change.changes.length > 0 || (conditions.ifMatch !== undefined && conditions.ifMatch !== '*')
}

function recordChange<Context>(call: Call<Context>, target: Target, change: ComputedChange): void {
  call.trace.resourceId = target.id
  call.trace.externalId = textOf(change.attributes['externalId'])
  call.trace.changes = change.changes
  call.trace.members = change.members
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** DELETE (RFC 7644 §3.6). */
export async function removeResource<Context>(
  call: Call<Context>,
  target: Target,
  conditions: Preconditions,
): Promise<void> {
  const { storage } = call.service
  call.trace.resourceId = target.id
  const isConditional = conditions.ifMatch !== undefined || conditions.ifNoneMatch !== undefined
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    let ifVersion: string | undefined
    if (isConditional) {
      const current = await storage.find(call.context, target.type, target.id, noFields)
      if (current === undefined) throw notFound(target.type, target.id)
      assertPreconditions(conditions, current.version)
      ifVersion = current.version
    }
    const outcome = await storage.remove(call.context, target.type, target.id, ifVersion)
    if (outcome === 'notFound') throw notFound(target.type, target.id)
    if (outcome === 'removed') return
  }
  throw scimError('unavailable', 'The resource is being changed by others all the time; try again', {
    headers: { 'retry-after': '1' },
  })
}
