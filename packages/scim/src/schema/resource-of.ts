import type { AttributeInput } from './attribute.ts'
import type { Schema, SchemaInput } from './schema.ts'

/**
 * The TypeScript type of a resource, taken from the schema that defines it: `ResourceOf<typeof userSchema>`, or with
 * extensions under their URNs `ResourceOf<typeof userSchema, [typeof enterpriseUserSchema]>`.
 * Attributes are optional unless the schema requires them.
 */
export type ResourceOf<Base extends Schema, Extensions extends readonly Schema[] = []> = Flatten<
  CommonAttributes & AttributesOf<ShapeOf<Base>['attributes']> & ExtensionsOf<ShapeOf<Extensions[number]>>
>

type CommonAttributes = {
  readonly schemas: readonly string[]
  readonly id?: string
  readonly externalId?: string
  readonly meta?: {
    readonly resourceType?: string
    readonly created?: string
    readonly lastModified?: string
    readonly location?: string
    readonly version?: string
  }
}

type ShapeOf<Definition> = Definition extends Schema<infer Shape> ? Shape : never

type ExtensionsOf<Shape extends SchemaInput> = {
  readonly [Urn in Shape['id']]?: AttributesOf<Extract<Shape, { readonly id: Urn }>['attributes']>
}

type AttributesOf<Attributes extends readonly AttributeInput[]> = Flatten<
  {
    readonly [Name in RequiredName<Attributes[number]>]: ValueOf<Named<Attributes[number], Name>>
  } & {
    readonly [Name in Exclude<Attributes[number]['name'], RequiredName<Attributes[number]>>]?: ValueOf<
      Named<Attributes[number], Name>
    >
  }
>

type Named<Attribute extends AttributeInput, Name extends string> = Extract<Attribute, { readonly name: Name }>

type RequiredName<Attribute extends AttributeInput> = Extract<Attribute, { readonly required: true }>['name']

type ValueOf<Attribute> = Attribute extends { readonly multiValued: true }
  ? readonly OneValueOf<Attribute>[]
  : OneValueOf<Attribute>

type OneValueOf<Attribute> = Attribute extends { readonly subAttributes: infer Sub extends readonly AttributeInput[] }
  ? AttributesOf<Sub>
  : Attribute extends { readonly type: 'boolean' }
    ? boolean
    : Attribute extends { readonly type: 'integer' | 'decimal' }
      ? number
      : string

// Shows the attributes in an editor instead of the intersection.
type Flatten<Type> = { [Key in keyof Type]: Type[Key] }
