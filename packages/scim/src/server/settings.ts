import type { Profile } from '../profile/leniencies.ts'
import type { Style } from '../profile/style.ts'
import type { AuthenticationScheme, SecurityEventFeatures } from '../schema/discovery.ts'
import type { Registry } from '../schema/registry.ts'

/** Sizes and counts at which a request is refused, each with its unit. */
export type Limits = {
  /** Path and query together, percent-encoded; longer filters go by POST /.search. */
  readonly urlCharactersMax: number
  readonly bodyBytesMax: number
  /** For /Groups, whose bodies carry many members. */
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

/** Limits for a server on ordinary hardware: bodies of 1 MiB, groups and bulk of 16 MiB. */
export const defaultLimits: Limits = {
  urlCharactersMax: 32_768,
  bodyBytesMax: 1_048_576,
  largeBodyBytesMax: 16_777_216,
  jsonDepthMax: 32,
  filterCharactersMax: 10_000,
  filterDepthMax: 32,
  filterNodesMax: 500,
  patchOperationsMax: 5_000,
  bulkOperationsMax: 1_000,
  bulkPayloadBytesMax: 16_777_216,
  cursorSecondsMax: 3_600,
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
  readonly cursorSecret: Uint8Array<ArrayBuffer>
  /** What a cursor belongs to besides type, filter and sort: the organization. */
  readonly scope: string
  readonly documentationUri: string | undefined
  /** A PUT keeps what it does not mention, for clients that send parts of a resource; RFC 7644 §3.5.1 lets it clear. */
  readonly softPut?: boolean
  /** Whether the store takes passwords; said at /ServiceProviderConfig. Default: no. */
  readonly changePassword?: boolean
  /** Events and asynchronous requests (RFC 9967); said at /ServiceProviderConfig. Default: none of them. */
  readonly securityEvents?: SecurityEventFeatures | undefined
  /** How clients authenticate, said at /ServiceProviderConfig. Default: bearer tokens. */
  readonly authenticationSchemes?: readonly AuthenticationScheme[]
}
