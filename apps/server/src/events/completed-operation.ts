import type { JsonObject } from '@rollcall/scim'

/** What a completion event says. */
export type CompletedOperation = {
  readonly tokenId: string
  readonly txn: string
  readonly uri: string
  readonly payload: JsonObject
  readonly at: Date
}
