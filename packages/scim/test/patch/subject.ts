import {
  applyPatch,
  createTolerance,
  groupSchema,
  type JsonObject,
  parsePatch,
  type PatchOptions,
  type PatchResult,
  profiles,
  type ResourceType,
  type Tolerance,
} from '@rollcall/scim'
import { allowing, group, user } from '../resource/subject.ts'

const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

/** An operation as a client writes it. */
export type Written = { readonly op: string; readonly path?: unknown; readonly value?: unknown }

type Options = Partial<PatchOptions> & { readonly type?: ResourceType }

export const strict: Tolerance = allowing()

/** Applies operations to a resource, with a frozen input and strictly unless said otherwise. */
export function patch(resource: JsonObject, operations: readonly Written[], options: Options = {}): PatchResult {
  const { type = user, tolerance = strict, ...rest } = options
  const parsed = parsePatch({ schemas: [patchOp], Operations: operations }, { tolerance })
  return applyPatch(freeze(resource), parsed, type, { members: 'inline', ...rest, tolerance })
}

/** Applies operations to a group; members become steps. */
export function patchGroup(operations: readonly Written[], options: Options = {}): PatchResult {
  const resource = { schemas: [groupSchema.id], displayName: 'Tour Guides' }
  return patch(resource, operations, { type: group, members: 'steps', ...options })
}

/** The tolerance of a request in one of the profiles. */
export function under(name: keyof typeof profiles): ReturnType<typeof createTolerance> {
  return createTolerance(profiles[name])
}

/** Freezes a value and everything in it, so that any change of it throws. */
export function freeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value)
    for (const member of Object.values(value)) freeze(member)
  }
  return value
}
