import type { JsonObject } from '@rollcall/scim'

/** A person as the engine reads him: the whole account, whom he is led by, and why he is assigned. */
export type SourcePerson = {
  readonly kind: 'user'
  readonly id: string
  readonly version: number
  readonly state: 'pending' | 'active' | 'suspended' | 'deprovisioned'
  /** The personal data is gone; nothing but the account is left. */
  readonly isPurged: boolean
  /** The account that the organization was born with: no app gets it unless it is assigned by name. */
  readonly isBuiltIn: boolean
  readonly externalId: string | null
  readonly login: string | null
  readonly display: string | null
  readonly attributes: JsonObject
  readonly assignment: SourceAssignment
  /** Null: no manager is named, or the one who is named is nobody here (`managerReference` then says whom). */
  readonly manager: SourceManager | null
  readonly managerReference: string | null
  /** The teams that he is in himself; empty unless the rules read them. */
  readonly teams: readonly { readonly id: string; readonly display: string }[]
  /** What sources say of his groups; only where rules of teams read it. */
  readonly sourceGroups?: SourceGroups
}

export type SourceGroups = { readonly names: readonly string[]; readonly ids: readonly string[] }

/** Without attributes where the rules read none. */
export type SourceManager = Omit<
  SourcePerson,
  'kind' | 'assignment' | 'manager' | 'managerReference' | 'teams' | 'sourceGroups'
>

/** Why somebody is assigned to an app; empty unless the rules ask. */
export type SourceAssignment = {
  readonly isDirect: boolean
  /** The assigned teams that he is in, or that one of his teams is in. */
  readonly teamIds: readonly string[]
}

export type SourceTeam = {
  readonly kind: 'team'
  readonly id: string
  readonly version: number
  readonly isDeleted: boolean
  readonly isPurged: boolean
  readonly externalId: string | null
  readonly handle: string | null
  readonly description: string | null
  readonly display: string
  readonly attributes: JsonObject
  readonly assignment: SourceAssignment
}

export type SourceObject = SourcePerson | SourceTeam

/** What of the directory is read besides the objects themselves; what no rule asks for costs nothing. */
export type SourceReads = {
  readonly assignment: 'none' | 'named' | 'direct' | 'nested'
  /** Who it is, or with all of his attributes. */
  readonly manager: 'none' | 'reference' | 'whole'
  readonly teams: boolean
}
