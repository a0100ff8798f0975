import type { Link } from '../../db/queries/provisioning-links.ts'
import type { ObjectKind } from '../object.ts'

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
    objectVersion: null,
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
    firstFailedAt: null,
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
