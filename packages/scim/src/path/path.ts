import type { AttributePath, BoundElementFilter, Filter } from '../filter/ast.ts'
import type { AttributeRef } from '../schema/resource-type.ts'

/** The path of a PATCH operation as it was parsed (RFC 7644 §3.5.2): `attribute[filter].subAttribute`. */
export type PatchPath = {
  /** Holds the sub-attribute of `name.givenName`; behind a filter the sub-attribute is in `subAttribute`. */
  readonly path: AttributePath
  readonly filter: Filter | undefined
  readonly subAttribute: string | undefined
  /** The text as the client wrote it. */
  readonly text: string
}

/** A PATCH path whose names were resolved for one resource type. */
export type BoundPatchPath =
  | {
      readonly kind: 'attribute'
      /** `ref.subAttribute` is set for `name.givenName` and for `emails[…].value` alike. */
      readonly ref: AttributeRef
      readonly filter: BoundElementFilter | undefined
      readonly text: string
    }
  /** A whole extension: the path is its URN. */
  | { readonly kind: 'extension'; readonly schema: string; readonly text: string }
