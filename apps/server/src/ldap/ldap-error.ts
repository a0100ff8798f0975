/**
 * Why something could not be asked of an LDAP server, or what it answered instead of success.
 *
 * - `refused`: the address must not be reached
 * - `name`, `connect`, `tls`: there is no connection, so nothing was asked
 * - `bind`: the server does not take who we are, or not in this way; nothing else was asked
 * - `result`: it answered with a code that is no success
 * - `timeout`, `aborted`, `lost`: no answer; what was asked may have been done
 * - `tooLarge`, `malformed`: there is an answer, and it is not read
 */
export type LdapErrorKind =
  | 'refused'
  | 'name'
  | 'connect'
  | 'tls'
  | 'bind'
  | 'result'
  | 'timeout'
  | 'aborted'
  | 'lost'
  | 'tooLarge'
  | 'malformed'

export class LdapError extends Error {
  readonly kind: LdapErrorKind
  /** The result code (RFC 4511 §4.1.9), where there was an answer. */
  readonly code: number | undefined

  constructor(kind: LdapErrorKind, message: string, options: ErrorOptions & { readonly code?: number } = {}) {
    super(message, options)
    this.name = 'LdapError'
    this.kind = kind
    this.code = options.code
  }
}

/** Result codes that something hangs on. */
export const resultCodes = {
  timeLimitExceeded: 3,
  sizeLimitExceeded: 4,
  strongerAuthRequired: 8,
  referral: 10,
  adminLimitExceeded: 11,
  unavailableCriticalExtension: 12,
  confidentialityRequired: 13,
  noSuchAttribute: 16,
  undefinedAttributeType: 17,
  inappropriateMatching: 18,
  constraintViolation: 19,
  attributeOrValueExists: 20,
  invalidAttributeSyntax: 21,
  noSuchObject: 32,
  invalidDnSyntax: 34,
  inappropriateAuthentication: 48,
  invalidCredentials: 49,
  insufficientAccessRights: 50,
  busy: 51,
  unavailable: 52,
  unwillingToPerform: 53,
  namingViolation: 64,
  objectClassViolation: 65,
  notAllowedOnNonLeaf: 66,
  notAllowedOnRdn: 67,
  entryAlreadyExists: 68,
  objectClassModsProhibited: 69,
  other: 80,
} as const

export function isResult(error: unknown, name: keyof typeof resultCodes): error is LdapError {
  return error instanceof LdapError && error.kind === 'result' && error.code === resultCodes[name]
}
