/** Whose it is to mend. */
export type Side = 'provider' | 'here' | 'clock' | 'person'

/** Every way in which a sign-in by an identity provider fails, and on whose side the cause is looked for first. */
const sides = {
  malformed: 'provider',
  tooLarge: 'provider',
  forbiddenMarkup: 'provider',
  assertionCount: 'provider',
  duplicateId: 'provider',
  unsigned: 'provider',
  signaturePlacement: 'provider',
  weakAlgorithm: 'provider',
  signatureInvalid: 'here',
  undecipherable: 'provider',
  issuerMismatch: 'here',
  audienceMismatch: 'provider',
  recipientMismatch: 'provider',
  notYetValid: 'clock',
  expired: 'clock',
  unknownRequest: 'person',
  otherBrowser: 'person',
  unsolicited: 'here',
  replayed: 'person',
  noSubject: 'provider',
  tooManyGroups: 'provider',
  providerRefused: 'provider',
  providerDisabled: 'here',
  providerUnreachable: 'provider',
  clientRefused: 'here',
  codeRefused: 'person',
  nonceMismatch: 'person',
  subjectMismatch: 'provider',
  noUserName: 'provider',
  emailNotVerified: 'provider',
  noAccount: 'here',
  ambiguous: 'here',
  invalidProfile: 'provider',
  noRole: 'here',
  lastOwner: 'here',
  invitationNotAccepted: 'person',
  suspended: 'here',
  gone: 'here',
  lockedDown: 'here',
  methodOff: 'here',
} as const satisfies Readonly<Record<string, Side>>

export type FailureCode = keyof typeof sides

/** Undefined: a code that this console does not know yet; the server's own words stand for it. */
export function findFailure(code: string): { readonly code: FailureCode; readonly side: Side } | undefined {
  const known = codes.find((each) => each === code)
  return known === undefined ? undefined : { code: known, side: sides[known] }
}

// Keys of an object of this type; TypeScript widens them to text.
const codes = Object.keys(sides) as readonly FailureCode[]
