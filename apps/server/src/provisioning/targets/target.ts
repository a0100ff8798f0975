import type { JsonObject } from '@rollcall/scim'
import type { TargetValue } from '@rollcall/expressions'
import type { DesiredAttributes } from '../desired.ts'
import type { ObjectKind } from '../object.ts'
import type { ReasonCode } from '../reasons.ts'

/** An account or group as a target shows it. */
export type TargetObject = {
  /** Its id there. */
  readonly key: string
  /** What people call it, where that is neither `userName` nor `displayName`. */
  readonly name?: string
  /** All of it, where the target sent it. */
  readonly resource: JsonObject
  readonly version?: string
}

/** What an error says, for people: no secrets, at most 2,000 characters. */
export type OutcomeDetail = {
  readonly status: number | null
  readonly reason: ReasonCode
  readonly detail: string
  /** The attribute that the target complained about, where it says so. */
  readonly attribute?: string
}

/**
 * What became of a request. Never thrown: that somebody's server is broken is nothing unexpected.
 *
 * - `done`: it happened, for certain
 * - `throttled`: refused for certain because of too much (429, 503 with Retry-After); nothing is wrong with the object
 * - `uncertain`: no answer, reset, 5xx: it may have been done, or may still be
 * - `conflict`: 409, a value that is taken
 * - `missing`: 404, the object is not there
 * - `stale`: 412, somebody else changed it
 * - `refused`: 400, 413, 422 and the like: this object, as it is, is not taken
 * - `broken`: 401, 403, DNS, TLS, HTML for JSON: nothing will go through for any object
 */
export type Outcome<Value> =
  /** `status` is of HTTP; null: something else was spoken. */
  | { readonly kind: 'done'; readonly status: number | null; readonly value: Value }
  | ({ readonly kind: 'throttled'; readonly retryAfterMs: number | undefined } & OutcomeDetail)
  | ({ readonly kind: 'uncertain' | 'conflict' | 'missing' | 'stale' | 'refused' | 'broken' } & OutcomeDetail)

/** All of these attributes equal these values: one matching rule, which may be composite. */
export type MatchQuery = readonly { readonly attribute: string; readonly value: TargetValue }[]

export type UpdateRequest = {
  readonly key: string
  /** What was last sent for certain; null: unknown, then all that is managed is sent. */
  readonly before: DesiredAttributes | null
  readonly after: DesiredAttributes
  /** Lists that only grow: what the app has besides stays, and nothing is taken away. */
  readonly additive?: readonly string[]
  /** The account as it was just read, where it was: saves reading it again when `before` is null. */
  readonly current?: TargetObject
}

export type MemberChange = {
  readonly key: string
  /** Ids of members in the target; together no more than `membersMax`. */
  readonly add: readonly string[]
  readonly remove: readonly string[]
  /** All members as they should be in the end; asked for where `abilities.replacesMembers`. */
  readonly all?: readonly string[]
}

export type TargetPage = {
  readonly objects: readonly TargetObject[]
  /** Where the next page begins; undefined: this was the last. */
  readonly next: string | undefined
  readonly total: number | undefined
}

/**
 * A value as it is compared here. Values with different keys are never equal in the app; those with the same key are when they
 * are written the same, and of the others only the app can tell.
 */
export type Compared = { readonly key: string; readonly written: string }

/** How a target compares, for whoever has read its accounts and asks for none of them by itself. */
export type Comparer = {
  /** What an account shows of an attribute that accounts are looked for by. */
  compareAccount(attribute: string, resource: JsonObject): readonly Compared[]
  /** Undefined: only the app can compare it. */
  compareValue(attribute: string, value: TargetValue): Compared | undefined
  /** Whether anybody there has it, also where lists do not show it. */
  isHeld(attribute: string, signal?: AbortSignal): Promise<Outcome<boolean>>
}

/** One exchange with a target as a recorder sees it: for previews, traces and the log. Secrets are masked. */
export type Exchange = {
  /** Of HTTP; of LDAP the operation: SEARCH, ADD, MODIFY, MODRDN, DELETE. */
  readonly method: string
  readonly path: string
  readonly requestBody: JsonObject | undefined
  /** Of HTTP; of LDAP the result code, 0 for success. Null: there was no answer. */
  readonly status: number | null
  readonly responseBody: string | undefined
  readonly durationMs: number
}

/** What a target is able to do, from its profile: decided, not guessed at each request. */
export type TargetAbilities = {
  readonly kinds: readonly ObjectKind[]
  /** So many members go in one change. */
  readonly membersMax: number
  /** Members are written as a whole: `all` is needed, `add` and `remove` alone change nothing. */
  readonly replacesMembers: boolean
  /** What it answers of a group tells its members. */
  readonly showsMembers: boolean
  /** After a write a read may show the old state for so long. */
  readonly readLagMs: number
  /** Accounts are not looked for by another attribute; null: by any. */
  readonly filterable: readonly string[] | null
  readonly requestTimeoutMs: number
  /** So many requests a second are tried, of all processes together. */
  readonly requestsPerSecondMax: number
  /** So many requests are on their way at once, of all processes together. */
  readonly permitsMax: number
  readonly keepsExternalId: boolean
  /** It has a way to disable an account. */
  readonly canDisable: boolean
  readonly canDelete: boolean
}

/**
 * Where accounts are kept: SCIM 2.0 or LDAP. No retries within: the engine decides what is done again. A call that takes several
 * requests and got through a part of them answers `uncertain`, and goes on from what it finds when it is asked again.
 */
export type Target = {
  readonly abilities: TargetAbilities
  /** At most two, since more than one is ambiguous already. */
  find(kind: ObjectKind, query: MatchQuery, signal?: AbortSignal): Promise<Outcome<readonly TargetObject[]>>
  /**
   * Whoever has a value that must be unique, of whatever kind; at most two. Left out: `find` tells.
   */
  readonly findHolders?: (
    attribute: string,
    value: string,
    signal?: AbortSignal,
  ) => Promise<Outcome<readonly TargetObject[]>>
  get(kind: ObjectKind, key: string, signal?: AbortSignal): Promise<Outcome<TargetObject>>
  /** `attributes`: no others are needed, the same for all pages; a target that cannot leave the rest out sends it all. */
  list(
    kind: ObjectKind,
    page: string | undefined,
    signal?: AbortSignal,
    attributes?: readonly string[],
  ): Promise<Outcome<TargetPage>>
  /** Left out: accounts are looked for one by one. Asks at most for what the target says of its schemas. */
  readonly openComparer?: (kind: ObjectKind) => Promise<Comparer>
  create(kind: ObjectKind, desired: DesiredAttributes, signal?: AbortSignal): Promise<Outcome<TargetObject>>
  /** `value` is null where the target answers without a body. */
  update(kind: ObjectKind, request: UpdateRequest, signal?: AbortSignal): Promise<Outcome<TargetObject | null>>
  remove(kind: ObjectKind, key: string, signal?: AbortSignal): Promise<Outcome<null>>
  changeMembers(change: MemberChange, signal?: AbortSignal): Promise<Outcome<null>>
  /** The cheapest request that proves address and credentials. */
  probe(signal?: AbortSignal): Promise<Outcome<null>>
}
