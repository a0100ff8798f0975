import { scimEventUris, type JsonObject } from '@rollcall/scim'
import { selectConnectionStreams } from '../db/queries/event-streams.ts'
import { insertEventTokens } from '../db/queries/event-tokens.ts'
import type { Queryable } from '../db/pool.ts'
import { createId } from '../type-id.ts'
import type { CompletedOperation } from './completed-operation.ts'
import { baseClaims } from './stream-tokens.ts'

/** The claims of a completion event (RFC 9967 §2.5.1.3): the subject is `sub_id`, never `sub`. */
export function toCompletionClaims({ tokenId, txn, uri, payload, at }: CompletedOperation): JsonObject {
  return {
    ...baseClaims({ id: tokenId, at, txn }),
    sub_id: { format: 'scim', uri },
    events: { [scimEventUris.asyncResponse]: payload },
  }
}

/** Tells the streams of the connection that asked, in the transaction that did what it asked for. */
export async function tellCompletions(
  tx: Queryable,
  asking: { readonly organizationId: string; readonly connectionId: string },
  completions: readonly CompletedOperation[],
): Promise<void> {
  const streams = await selectConnectionStreams(tx, asking, scimEventUris.asyncResponse)
  const tokens = streams.flatMap((streamId) =>
    completions.map((completion) => {
      const id = createId()
      const claims = toCompletionClaims({ ...completion, tokenId: id })
      return { organizationId: asking.organizationId, streamId, id, claims, createdAt: completion.at }
    }),
  )
  await insertEventTokens(tx, tokens)
}
