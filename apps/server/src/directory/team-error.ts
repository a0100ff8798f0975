/** Every refusal of the use cases of teams, with the HTTP status that the admin API gives it. */
const teamErrors = {
  teamNotFound: 404,
  groupNotFound: 404,
  memberNotFound: 404,
  handleTaken: 409,
  invalidHandle: 422,
  invalidEnd: 422,
  invalidRule: 422,
  managed: 403,
  notManaged: 409,
  notLinked: 409,
  teamNotEmpty: 409,
  teamNested: 409,
  sourceForbids: 409,
  circle: 409,
  ruled: 409,
  noRule: 409,
  ruleState: 409,
  noSeats: 409,
  retentionOver: 409,
  versionMismatch: 412,
  confirmationNeeded: 409,
} as const satisfies Record<string, number>

type TeamErrorCode = keyof typeof teamErrors

/** What would happen: shown before it is done. */
export type Confirmation = {
  /** Given back, it does just this; when anything has changed since, it is worth nothing. */
  readonly token: string
  readonly count: number
  /** At most so many as can be read. */
  readonly removes: readonly {
    readonly teamId: string
    readonly teamName: string
    readonly memberId: string
    readonly memberKind: 'user' | 'team'
    readonly memberName: string | null
  }[]
}

type TeamErrorOptions = {
  /** The member of the command at fault. */
  readonly field?: string
  /** One sentence for each thing that stands in the way. */
  readonly reasons?: readonly string[]
  readonly confirmation?: Confirmation
  /** Of `versionMismatch`: the version that stands. */
  readonly currentVersion?: number
}

/** A refusal that the caller may read. */
export class TeamError extends Error {
  readonly code: TeamErrorCode
  readonly status: number
  readonly field: string | undefined
  readonly reasons: readonly string[]
  readonly confirmation: Confirmation | undefined
  readonly currentVersion: number | undefined

  constructor(code: TeamErrorCode, message: string, options: TeamErrorOptions = {}) {
    super(message)
    this.name = 'TeamError'
    this.code = code
    this.status = teamErrors[code]
    this.field = options.field
    this.reasons = options.reasons ?? []
    this.confirmation = options.confirmation
    this.currentVersion = options.currentVersion
  }
}
