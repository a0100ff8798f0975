import type { ObjectKind } from '../object.ts'

/**
 * - `unlinked`: no account is known
 * - `disabled`: its object left and the account was disabled
 * - `dead`: the account was deleted
 * - `ignored`: a person decided that nothing happens to it
 */
export type LinkState = 'unlinked' | 'linked' | 'disabled' | 'dead' | 'ignored'

/** What a request that is on its way does. */
export type RequestKind = 'create' | 'update' | 'remove'

/** Which account in the app is the object, and what is known for certain about it. */
export type Link = {
  readonly objectId: string
  readonly kind: ObjectKind
  readonly state: LinkState
  readonly isInScope: boolean
  readonly origin: 'created' | 'adopted' | null
  readonly targetKey: string | null
  readonly desiredHash: Buffer | null
  /** Of what was sent for certain; null as soon as a request leaves. */
  readonly appliedHash: Buffer | null
  readonly rulesRevision: number | null
  /** Set before a request leaves, cleared when its outcome is certain. */
  readonly inFlightAt: Date | null
  readonly inFlightAction: RequestKind | null
  /** Until then a request may still be applied that nobody knows the end of. */
  readonly uncertainUntil: Date | null
  /** Until such a request can no longer come, what was written after it is not safe: then it is sent again. */
  readonly recheckAt: Date | null
  /** How often creation met an account that cannot be seen, and when it did first. */
  readonly conflicts: number
  readonly conflictAt: Date | null
  readonly attempts: number
  readonly failureCode: string | null
  readonly failureAttribute: string | null
  readonly failureDetail: string | null
  readonly failedAt: Date | null
  readonly failureFingerprint: Buffer | null
  readonly appliedAt: Date | null
  readonly leftAt: Date | null
  readonly deleteDueAt: Date | null
}

/** Of an object that nothing has been done for. */
export function newLink(objectId: string, kind: ObjectKind): Link {
  return {
    objectId,
    kind,
    state: 'unlinked',
    isInScope: false,
    origin: null,
    targetKey: null,
    desiredHash: null,
    appliedHash: null,
    rulesRevision: null,
    inFlightAt: null,
    inFlightAction: null,
    uncertainUntil: null,
    recheckAt: null,
    conflicts: 0,
    conflictAt: null,
    attempts: 0,
    failureCode: null,
    failureAttribute: null,
    failureDetail: null,
    failedAt: null,
    failureFingerprint: null,
    appliedAt: null,
    leftAt: null,
    deleteDueAt: null,
  }
}

/** There is an account that we made or took over, and it was not deleted. */
export function hasAccount(link: Link): link is Link & { readonly targetKey: string } {
  return link.targetKey !== null && (link.state === 'linked' || link.state === 'disabled')
}
