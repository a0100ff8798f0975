import type { BoundFilter } from '../filter/ast.ts'
import type { JsonObject } from '../json.ts'
import type { AttributeChange, MemberStep, ResourceDraft } from '../resource/draft.ts'
import type { AttributeRef, ResourceType } from '../schema/resource-type.ts'
import type { ScimError } from '../errors.ts'

/** A stored resource as a store hands it out. */
export type ResourceRecord = {
  readonly id: string
  /** Opaque; the ETag is `W/"<version>"`. Changes exactly when the resource changes. */
  readonly version: string
  /** xsd:dateTime in UTC with milliseconds. */
  readonly created: string
  readonly lastModified: string
  /** JSON text of one object: `schemas`, `externalId` and the attributes; never `id`, `meta`, `groups`, `members`, writeOnly values. */
  readonly document: string
  /** Of a user, when asked for: computed from memberships (RFC 7643 §4.1.2). */
  readonly groups?: readonly GroupReference[]
  /** Of a group, when asked for: in chunks, so that a large group never stands in memory at once. */
  readonly members?: Iterable<readonly MemberReference[]> | AsyncIterable<readonly MemberReference[]>
}

/** A group that a user is in. */
export type GroupReference = {
  readonly value: string
  readonly display: string | undefined
  readonly type: 'direct' | 'indirect'
}

/** A member of a group. */
export type MemberReference = {
  readonly value: string
  readonly display: string | undefined
  readonly type: 'User' | 'Group'
}

/** What an answer needs besides the document, so that nothing is read in vain (TRAP-C12). */
export type Fields = { readonly groups: boolean; readonly members: boolean }

/** How a list is cut. `after` is the `next` of an earlier page, given back as it was. */
export type PageRequest =
  | { readonly kind: 'index'; readonly startIndex: number; readonly count: number }
  | { readonly kind: 'cursor'; readonly count: number; readonly after: string | undefined }

/** A list that a client asked for. Without `sort` the order is that of creation; ties are broken by id. */
export type ListQuery = {
  readonly filter: BoundFilter | undefined
  readonly sort: { readonly ref: AttributeRef; readonly descending: boolean } | undefined
  readonly page: PageRequest
  readonly fields: Fields
}

/** A page of a list. */
export type ListPage = {
  readonly records: readonly ResourceRecord[]
  /** Exact for index paging; left out for cursors (RFC 9865 §2). */
  readonly total: number | undefined
  /** Position of the next page of a cursor list; undefined on the last page. Opaque to everybody but the store. */
  readonly next: string | undefined
}

/** A change of one resource. */
export type ResourceUpdate = {
  /** The version that `attributes` was computed from, or that If-Match demands; undefined: any. */
  readonly ifVersion: string | undefined
  /** All attributes after the change; undefined: they do not change. */
  readonly attributes: JsonObject | undefined
  readonly changes: readonly AttributeChange[]
  readonly writeOnly: JsonObject
  readonly members: readonly MemberStep[]
  readonly fields: Fields
  /** Which verb brought it; a PUT without `active` keeps the state, so stores need not ask. */
  readonly verb: 'PUT' | 'PATCH'
}

/** What became of a change. `unchanged`: version and lastModified are as before (RFC 7644 §3.5.2.1). */
export type UpdateOutcome =
  | { readonly kind: 'updated' | 'unchanged'; readonly record: ResourceRecord }
  | { readonly kind: 'stale' }
  | { readonly kind: 'notFound' }

/** What became of a removal. */
export type RemoveOutcome = 'removed' | 'stale' | 'notFound'

/**
 * Where resources live. Every method takes the context that `authenticate` made, first of all the organization in it;
 * a resource of another organization does not exist (404).
 *
 * Rules that hold for every store (one suite proves them: `test/server/storage-suite.ts`):
 * ids are never reused and never contain "bulkId"; userName is unique without regard to case; a write that changes
 * nothing keeps version and lastModified; membership steps never load the group's members; a member that does not
 * exist is `invalidValue`; removing a resource removes its memberships; concurrent writes lose nothing.
 *
 * Stores throw ScimError: `uniqueness`, `invalidValue`, `forbidden`, `tooManyRequests`, `unavailable`.
 */
// oxlint-disable-next-line typescript/consistent-type-definitions -- a port with two implementations
export interface Storage<Context> {
  find(context: Context, type: ResourceType, id: string, fields: Fields): Promise<ResourceRecord | undefined>
  list(context: Context, type: ResourceType, query: ListQuery): Promise<ListPage>
  create(context: Context, type: ResourceType, draft: ResourceDraft, fields: Fields): Promise<ResourceRecord>
  update(context: Context, type: ResourceType, id: string, update: ResourceUpdate): Promise<UpdateOutcome>
  remove(context: Context, type: ResourceType, id: string, ifVersion: string | undefined): Promise<RemoveOutcome>
  /**
   * Makes many creations ready, for /Bulk; the function that comes back carries them out. Each succeeds or fails by
   * itself, in the order given. Nothing is written before that function is called, so that what needs no database can be
   * done while the creations before are under way.
   */
  prepareMany?(
    context: Context,
    type: ResourceType,
    drafts: readonly ResourceDraft[],
  ): () => Promise<readonly (ResourceRecord | ScimError)[]>
  /** Runs `work` so that all of its writes happen or none: circular bulk references (RFC 7644 §3.7.1). */
  transaction?<Result>(context: Context, work: (context: Context) => Promise<Result>): Promise<Result>
}
