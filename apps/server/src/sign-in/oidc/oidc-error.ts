/**
 * Every way in which an answer of an OpenID Connect identity provider is refused. The codes stand in the audit log and on
 * the page that the person sees; they are API and stay.
 */
export type OidcCode =
  /** Not what belongs here: no state, no code, or something that cannot be read. */
  | 'malformed'
  /** Nobody here has asked, the question is long past, or the answer was taken before. */
  | 'unknownRequest'
  /** Another browser has asked. */
  | 'otherBrowser'
  /** The identity provider itself says no. */
  | 'providerRefused'
  /** It did not answer, or with something else than it should. */
  | 'providerUnreachable'
  /** It does not know us: client id, secret or key. */
  | 'clientRefused'
  /** The code is not good, or was used before. */
  | 'codeRefused'
  | 'issuerMismatch'
  | 'audienceMismatch'
  | 'nonceMismatch'
  | 'subjectMismatch'
  | 'expired'
  /** `none`, a shared secret, or anything else that we do not accept. */
  | 'weakAlgorithm'
  | 'signatureInvalid'
  /** A claim that we map to the user name is not there. */
  | 'noUserName'
  /** The address is what would say who it is, and the identity provider has not verified it. */
  | 'emailNotVerified'
  /** Too many groups to name in a token, and roles or teams come from groups. */
  | 'tooManyGroups'

/** An answer that is refused. `detail` is for administrators, never for the person at the door. */
export class OidcError extends Error {
  readonly code: OidcCode

  constructor(code: OidcCode, detail: string, options?: ErrorOptions) {
    super(detail, options)
    this.name = 'OidcError'
    this.code = code
  }
}
