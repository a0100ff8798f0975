/** The data types of RFC 7643 §2.3. */
export type AttributeType =
  | 'string'
  | 'boolean'
  | 'decimal'
  | 'integer'
  | 'dateTime'
  | 'reference'
  | 'binary'
  | 'complex'

/** Who may set an attribute, and when (RFC 7643 §7 "mutability"). */
export type Mutability = 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly'

/** When an attribute is part of an answer (RFC 7643 §7 "returned"). */
export type Returned = 'always' | 'never' | 'default' | 'request'

/** How far a value must be unique (RFC 7643 §7 "uniqueness"). */
export type Uniqueness = 'none' | 'server' | 'global'

/** An attribute with every characteristic of RFC 7643 §7 filled in. */
export type Attribute = {
  readonly name: string
  readonly type: AttributeType
  readonly multiValued: boolean
  readonly description: string
  readonly required: boolean
  readonly canonicalValues: readonly string[]
  readonly caseExact: boolean
  readonly mutability: Mutability
  readonly returned: Returned
  readonly uniqueness: Uniqueness
  readonly referenceTypes: readonly string[]
  /** Of a complex attribute; never complex themselves (RFC 7643 §2.3.8). */
  readonly subAttributes: readonly Attribute[]
}

/** An attribute as it is written down: what is left out takes the default of RFC 7643 §2.2. */
export type AttributeInput = { readonly name: string } & Partial<Omit<Attribute, 'name' | 'subAttributes'>> & {
    readonly subAttributes?: readonly AttributeInput[]
  }
