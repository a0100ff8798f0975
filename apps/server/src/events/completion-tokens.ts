import { scimEventUris } from '@rollcall/scim'
import type { CompletedOperation } from './async-requests.ts'
import type { TokenClaims } from './token-signer.ts'

/** The completion event of one operation (RFC 9967 §2.5.1.3): the subject is `sub_id`, never `sub`. */
export function toCompletionClaims(
  { tokenId, txn, uri, payload, at }: CompletedOperation,
  { issuer, audience }: { readonly issuer: string; readonly audience: string | readonly string[] },
): TokenClaims {
  return {
    iss: issuer,
    aud: typeof audience === 'string' ? audience : [...audience],
    iat: Math.floor(at.getTime() / 1000),
    jti: tokenId.replaceAll('-', ''),
    txn,
    sub_id: { format: 'scim', uri },
    events: { [scimEventUris.asyncResponse]: payload },
  }
}
