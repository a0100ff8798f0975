import type { Profile } from '../profile/leniencies.ts'
import type { Style } from '../profile/style.ts'
import type { Registry } from '../schema/registry.ts'

/** Sizes and counts at which a request is refused, each with its unit. */
export type Limits = {
  readonly bodyBytesMax: number
  /** For /Groups and /Bulk, whose bodies carry many members. */
  readonly largeBodyBytesMax: number
  readonly jsonDepthMax: number
  readonly filterCharactersMax: number
  readonly filterDepthMax: number
  readonly filterNodesMax: number
  readonly patchOperationsMax: number
  readonly bulkOperationsMax: number
  readonly bulkPayloadBytesMax: number
  readonly cursorSecondsMax: number
}

/** Everything about one endpoint that is not a resource: made once per connection and mount, then only read. */
export type ServiceSettings = {
  readonly registry: Registry
  readonly profile: Profile
  readonly style: Style
  /** Absolute, without a slash at the end; every `meta.location` and `$ref` starts with it. */
  readonly baseUrl: string
  readonly limits: Limits
  /** Signs cursors; at least 32 bytes. Cursors are also bound to `scope`. */
  readonly cursorSecret: Uint8Array
  /** What a cursor belongs to besides type, filter and sort: the organization. */
  readonly scope: string
  readonly documentationUri: string | undefined
}
