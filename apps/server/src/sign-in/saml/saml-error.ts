/**
 * Every way in which a SAML message is refused. The codes stand in the tracer, in the audit log and on the page that the
 * person sees; they are API and stay.
 */
export const samlCodes = [
  /** Not base64, not UTF-8, no XML, or not the message that belongs here. */
  'malformed',
  'tooLarge',
  /** A document type, a comment, CDATA, a processing instruction or an entity where none belongs. */
  'forbiddenMarkup',
  /** No assertion, or more than one, or one inside of something else. */
  'assertionCount',
  'duplicateId',
  'unsigned',
  /** A signature that does not stand where it must, or covers something else than what it stands in. */
  'signaturePlacement',
  /** SHA-1, HMAC, CBC and whatever else is not on the short list. */
  'weakAlgorithm',
  'signatureInvalid',
  'undecipherable',
  'issuerMismatch',
  'audienceMismatch',
  'recipientMismatch',
  'notYetValid',
  'expired',
  /** Nobody here has asked, or the question is long past. */
  'unknownRequest',
  /** Another browser has asked. */
  'otherBrowser',
  'unsolicited',
  'replayed',
  'noSubject',
  /** Entra left the groups out because there are too many, and groups give roles here. */
  'tooManyGroups',
  /** The identity provider itself says no. */
  'providerRefused',
  'providerDisabled',
] as const

export type SamlCode = (typeof samlCodes)[number]

/** A SAML message that is refused. `detail` is for administrators, never for the person at the door. */
export class SamlError extends Error {
  readonly code: SamlCode

  constructor(code: SamlCode, detail: string, options?: ErrorOptions) {
    super(detail, options)
    this.name = 'SamlError'
    this.code = code
  }
}
