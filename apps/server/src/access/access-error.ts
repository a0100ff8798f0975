/** Every refusal of the access use cases, with the HTTP status that the admin API gives it. */
export const accessErrors = {
  planRequired: 403,
  organizationNotFound: 404,
  connectionNotFound: 404,
  runNotFound: 404,
  keyNotFound: 404,
  serviceAccountNotFound: 404,
  userNotFound: 404,
  personNotFound: 404,
  overrideNotFound: 404,
  domainNotFound: 404,
  roleNotFound: 404,
  roleMappingNotFound: 404,
  teamNotFound: 404,
  beyondRights: 403,
  mailNotFound: 404,
  invitationNotFound: 404,
  noticeNotFound: 404,
  auditStreamNotFound: 404,
  webhookNotFound: 404,
  deliveryNotFound: 404,
  identityProviderNotFound: 404,
  signInFailureNotFound: 404,
  sessionNotFound: 404,
  passkeyNotFound: 404,
  eventStreamNotFound: 404,
  transmitterNotFound: 404,
  slugTaken: 409,
  schemaTaken: 409,
  nameTaken: 409,
  keyNotLive: 409,
  personDeleted: 409,
  notDeleted: 409,
  notPending: 409,
  notActive: 409,
  noPassword: 409,
  notManaged: 409,
  builtInAccount: 409,
  overrideExists: 409,
  purged: 409,
  userNameTaken: 409,
  domainTaken: 409,
  runOpen: 409,
  tooManyApiKeys: 409,
  tooManyAuditStreams: 409,
  lastApiKey: 409,
  noSecret: 409,
  tenantTaken: 409,
  noLiveKey: 409,
  runInProgress: 409,
  runNotDone: 409,
  undoTooLate: 409,
  prerequisiteUnmet: 409,
  defaultConnection: 409,
  builtInRole: 409,
  roleInUse: 409,
  roleElsewhere: 409,
  roleNotHeld: 409,
  tooManyRoles: 409,
  tooManyWebhooks: 409,
  webhookDisabled: 409,
  tooManyStreams: 409,
  tooManyTransmitters: 409,
  tooManyMappings: 409,
  mappingTaken: 409,
  tooManyIdentityProviders: 409,
  lastWayIn: 409,
  noAbleAdmin: 409,
  lastOwner: 409,
  lastFactor: 409,
  deprovisioned: 409,
  mailNotFailed: 409,
  invitationsOff: 409,
  invitationEnded: 409,
  versionMismatch: 412,
  notConfirmed: 422,
  invalidSlug: 422,
  invalidName: 422,
  invalidScope: 422,
  invalidProfile: 422,
  invalidStyle: 422,
  invalidSettings: 422,
  invalidExpiry: 422,
  unknownAttribute: 422,
  invalidDomain: 422,
  invalidOverlap: 422,
  invalidOwner: 422,
  invalidPermission: 422,
  notLimitable: 422,
  invalidEmail: 422,
  invalidNetwork: 422,
  invalidJwks: 422,
  invalidRedirect: 422,
  invalidUrl: 422,
  invalidType: 422,
  invalidPlan: 422,
  invalidPreset: 422,
  invalidMetadata: 422,
  invalidDiscovery: 422,
  secretMissing: 422,
} as const satisfies Record<string, number>

/** The stable name of a refusal; the wording of the message is not stable. */
export type AccessErrorCode = keyof typeof accessErrors

/** A refusal that the caller may read. `field` names the member of the command at fault. */
export class AccessError extends Error {
  readonly code: AccessErrorCode
  readonly status: number
  readonly field: string | undefined
  /** Of `versionMismatch`: the version that stands. */
  readonly currentVersion: number | undefined

  constructor(
    code: AccessErrorCode,
    message: string,
    options: { readonly field?: string; readonly currentVersion?: number } = {},
  ) {
    super(message)
    this.name = 'AccessError'
    this.code = code
    this.status = accessErrors[code]
    this.field = options.field
    this.currentVersion = options.currentVersion
  }
}
