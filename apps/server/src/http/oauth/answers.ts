/** RFC 6749 §5.2, RFC 7523 §3.1. */
export type OAuthError =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'invalid_scope'

// RFC 6749 §5.1: tokens must not be kept by caches.
export const noStore = { 'cache-control': 'no-store', pragma: 'no-cache' }

export function refuse(
  error: OAuthError,
  description: string,
  status = error === 'invalid_client' ? 401 : 400,
): Response {
  const headers = {
    ...noStore,
    ...(status === 401 ? { 'www-authenticate': 'Basic realm="Rollcall"' } : {}),
    ...(status === 405 ? { allow: 'POST' } : {}),
  }
  return Response.json({ error, error_description: description }, { status, headers })
}
