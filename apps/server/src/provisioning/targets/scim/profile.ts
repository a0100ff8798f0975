import type { TargetProfileInput } from '@rollcall/admin-api'

/** What an app does in its own way, nothing left out. */
export type TargetProfile = {
  readonly [Name in keyof TargetProfileInput]-?: Exclude<TargetProfileInput[Name], undefined>
}

/** A server that does what RFC 7643 and 7644 say, and neither well nor badly beyond it. */
const rfcProfile: TargetProfile = {
  writes: 'patch',
  patchForm: 'attributes',
  operationCase: 'lower',
  booleans: 'json',
  lists: 'elements',
  newElements: 'append',
  elementFilters: 'element',
  filterable: null,
  isCaseExact: false,
  keepsExternalId: true,
  hasGroups: true,
  canDisable: true,
  canDelete: true,
  usesVersions: false,
  membersMax: 100,
  memberRemoval: 'path',
  memberAdding: 'add',
  showsMembers: true,
  startIndexBase: 1,
  pageSize: 100,
  readLagMs: 5_000,
  requestTimeoutMs: 30_000,
  contentType: 'application/scim+json',
  requestsPerSecondMax: 25,
  permitsMax: 4,
  fixedAttributes: [],
}

/** Later documents win over earlier ones, all of them over the RFC. */
export function completeProfile(...documents: readonly TargetProfileInput[]): TargetProfile {
  const given = documents.flatMap((document) => Object.entries(document).filter(([, value]) => value !== undefined))
  // Each entry came from a document of this very shape.
  return { ...rfcProfile, ...(Object.fromEntries(given) as Partial<TargetProfile>) }
}
