import type { Clause, Expression, SchemaAttribute, TargetValue } from '@rollcall/expressions'
import type { ProvisioningRules } from '@rollcall/admin-api'
import type { ObjectKind } from '../object.ts'
import type { SourceAttribute } from '../source/attributes.ts'
import type { SubjectFilter } from '../source/scope-filter.ts'
import type { SourceReads } from '../source/source-object.ts'

type UserRules = ProvisioningRules['users']
export type MappingDocument = UserRules['mappings'][number]

/** Where a mapping takes its value from. */
export type MappingSource =
  | { readonly kind: 'direct'; readonly attribute: SourceAttribute }
  | { readonly kind: 'constant'; readonly value: TargetValue }
  | { readonly kind: 'expression'; readonly expression: Expression }
  | { readonly kind: 'reference'; readonly attribute: SourceAttribute }
  | { readonly kind: 'none' }

export type CompiledMapping = {
  readonly target: string
  readonly from: MappingSource
  /** Undefined: the target's schema does not know it; what comes is sent as it is. */
  readonly attribute: SchemaAttribute | undefined
  readonly apply: MappingDocument['apply']
  readonly onNull: MappingDocument['onNull']
  readonly onError: MappingDocument['onError']
  readonly onMissing: MappingDocument['onMissing']
  /** Where there is no value; on create only. */
  readonly fallback: TargetValue | undefined
  /** It says that the object has left, so it is sent for leavers too. */
  readonly isDisabling: boolean
}

/** One attribute of a matching rule. */
export type CompiledMatch = {
  readonly target: string
  readonly from: MappingSource
  readonly attribute: SchemaAttribute | undefined
}

export type CompiledScope =
  | { readonly kind: 'clauses'; readonly groups: readonly (readonly Clause[])[] }
  | { readonly kind: 'filter'; readonly filter: SubjectFilter }

/** The rules of one kind of object, ready to be evaluated a million times. */
export type CompiledObjectRules = {
  readonly kind: ObjectKind
  readonly scope: CompiledScope
  readonly mappings: readonly CompiledMapping[]
  readonly matching: readonly (readonly CompiledMatch[])[]
  readonly actions: UserRules['actions']
  readonly leaving: UserRules['leaving']
  readonly adoption: UserRules['adoption']
  readonly onVanished: UserRules['onVanished']
  /** Attributes of the directory by their names in these rules. */
  readonly attributes: ReadonlyMap<string, SourceAttribute>
  readonly tables: ReadonlyMap<string, ReadonlyMap<string, unknown>>
  /** The sequences of Rollcall.UniqueNumber. */
  readonly sequences: readonly string[]
  /** What of the directory they look at: attributes by their canonical names, and `interests`. */
  readonly interests: ReadonlySet<string>
}

export type CompiledTeamRules = CompiledObjectRules & {
  readonly members: NonNullable<ProvisioningRules['teams']>['members']
}

/** All rules of an app. */
export type CompiledRules = {
  readonly assignment: ProvisioningRules['assignment']
  readonly users: CompiledObjectRules
  /** Undefined: teams are not provisioned. */
  readonly teams: CompiledTeamRules | undefined
  /** What has to be read for people; `nested` assignments when the app's numbers say so. */
  readonly reads: (numbers: { readonly assignsNested: boolean }) => SourceReads
}
