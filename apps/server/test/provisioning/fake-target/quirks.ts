/** What a server does otherwise than the RFC; all off: a good server. Tests may change them at any time. */
export type FakeQuirks = {
  /** A second account with the userName (of a group: displayName) of another is refused with 409. */
  isUnique: boolean
  keepsExternalId: boolean
  /** After a write, searches and reads show the old state for so long. */
  readLagMs: number
  /** PATCH is answered with 501. */
  hasPatch: boolean
  /** PATCH is answered with 204. */
  answersEmpty: boolean
  /** `emails[type eq "work"].value` in PATCH: 400. */
  hasElementPaths: boolean
  /** A PATCH of one element or of its attributes is refused: lists are replaced whole. */
  replacesListsOnly: boolean
  /** Operations without path are all that is taken, or the only thing that is not. */
  paths: 'both' | 'required' | 'refused'
  /** `Replace`, as older Entra writes it, or `replace`: the other is refused. */
  operationCase: 'any' | 'lower' | 'capitalised'
  /** Booleans are taken and shown as "True" and "False". */
  booleansAsText: boolean
  /** A filter on anything else is refused; undefined: every attribute. */
  filterable: readonly string[] | undefined
  /** Takes every filter and answers with everybody. */
  ignoresFilters: boolean
  /** The number of the first account of a list. */
  startIndexBase: 0 | 1
  pageMax: number
  /** userName is compared with its case. */
  isCaseExact: boolean
  /** Answers of groups hold no members. */
  showsMembers: boolean
  /** More members in one request are refused with `membersRefusal`. */
  membersMax: number
  membersRefusal: 400 | 413
  /** `members[value eq "x"]`; `ignored`: 204 without effect. */
  memberPathRemoval: 'works' | 'ignored' | 'refused'
  /** `remove` of `members` with a list of values; `all`: it empties the group, as the letter of the RFC says. */
  memberListRemoval: 'works' | 'ignored' | 'refused' | 'all'
  /** Adding members replaces all. */
  addReplacesMembers: boolean
  /** PUT and PATCH need `If-Match` with the version; 428 without, 412 with another. */
  requiresVersion: boolean
  /** Groups are not known: 404. */
  hasGroups: boolean
  /** DELETE is answered with 501. */
  hasDelete: boolean
  /** Deleted accounts stay, inactive. */
  deleteOnlyDisables: boolean
  /** `active` is taken and ignored. */
  ignoresActive: boolean
  /** Written values of these attributes come back otherwise: trimmed, folded … */
  rewrites: Readonly<Record<string, (value: string) => string>>
  hasServiceProviderConfig: boolean
}

export const goodServer: FakeQuirks = {
  isUnique: true,
  keepsExternalId: true,
  readLagMs: 0,
  hasPatch: true,
  answersEmpty: false,
  hasElementPaths: true,
  replacesListsOnly: false,
  paths: 'both',
  operationCase: 'any',
  booleansAsText: false,
  filterable: undefined,
  ignoresFilters: false,
  startIndexBase: 1,
  pageMax: 1_000,
  isCaseExact: false,
  showsMembers: true,
  membersMax: 1_000_000,
  membersRefusal: 413,
  memberPathRemoval: 'works',
  memberListRemoval: 'works',
  addReplacesMembers: false,
  requiresVersion: false,
  hasGroups: true,
  hasDelete: true,
  deleteOnlyDisables: false,
  ignoresActive: false,
  rewrites: {},
  hasServiceProviderConfig: true,
}
