import type { SourceRules } from '@rollcall/admin-api'
import type { Expression, SchemaAttribute, TargetValue } from '@rollcall/expressions'
import type { JsonObject, ResourceType } from '@rollcall/scim'
import type { Columns } from './columns.ts'
import type { Place } from './place.ts'

export type SourceMapping = SourceRules['mappings'][number]

/** Where a value comes from. */
export type ValueSource =
  | { readonly kind: 'column'; readonly column: string }
  | { readonly kind: 'constant'; readonly value: TargetValue }
  | { readonly kind: 'expression'; readonly expression: Expression; readonly columns: readonly string[] }

export type CompiledMapping = {
  readonly target: string
  readonly place: Place
  readonly attribute: SchemaAttribute
  readonly from: ValueSource
  readonly apply: SourceMapping['apply']
  readonly onNull: SourceMapping['onNull']
  /** Where there is no value; on create only. */
  readonly fallback: TargetValue | undefined
}

/** The value names another person. */
export type CompiledReference = {
  readonly target: string
  readonly place: Place
  readonly column: string
  readonly onNull: SourceMapping['onNull']
  /** By which attribute the other one is found; undefined: by his anchor in this source. */
  readonly matchOn: CorrelationTarget | undefined
}

/** An attribute by which a person is looked for. */
export type CorrelationTarget = { readonly target: string; readonly place: Place; readonly attribute: SchemaAttribute }

export type CompiledCorrelation = CorrelationTarget & {
  /** Undefined: what its mapping yields. */
  readonly from: ValueSource | undefined
}

/** Rules of a source that are ready for a million records. */
export type CompiledSourceRules = {
  readonly document: SourceRules
  readonly type: ResourceType
  readonly columns: Columns
  readonly secretColumns: ReadonlySet<string>
  readonly isInScope: (record: JsonObject) => boolean
  readonly mappings: readonly CompiledMapping[]
  readonly references: readonly CompiledReference[]
  readonly correlation: readonly (readonly CompiledCorrelation[])[]
  /** In order; the first free one becomes the user name of somebody new. */
  readonly userNames: readonly Expression[]
  readonly active: Expression | undefined
  readonly tables: ReadonlyMap<string, ReadonlyMap<string, unknown>>
  /** Where an attribute stands, also one that another source writes; undefined: people have none such. */
  readonly placeOf: (target: string) => Place | undefined
}
