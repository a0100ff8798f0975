import { LdapError, resultCodes } from '../../../ldap/ldap-error.ts'
import type { ReasonCode } from '../../reasons.ts'
import { findNamedAttribute } from '../named-attribute.ts'
import type { Outcome, OutcomeDetail } from '../target.ts'
import { HalfDone, LdapRefusal } from './refusal.ts'

/** What was asked, as far as it decides what an error means. */
export type Asked = {
  /** `one`: about an entry that is known. */
  readonly kind: 'search' | 'list' | 'create' | 'one' | 'members' | 'probe'
  readonly isRead: boolean
  readonly attributes?: readonly string[]
}

type Failure = Exclude<Outcome<never>, { readonly kind: 'done' }>
type Verdict = readonly [kind: Failure['kind'], reason: ReasonCode]

const detailCharactersMax = 2_000

/** What became of what was asked. Throws again what is no error of the directory or the network. */
export function classify(error: unknown, asked: Asked): Failure {
  if (error instanceof HalfDone) return asHalfDone(classify(error.cause, asked))
  if (error instanceof LdapRefusal) {
    const { kind, reason, message, attribute } = error
    return toFailure([kind, reason], message, attribute)
  }
  if (!(error instanceof LdapError)) throw error
  const attribute = error.kind === 'result' ? findAttribute(error.message, asked.attributes ?? []) : undefined
  return toFailure(judge(error, asked), error.message, attribute)
}

function asHalfDone(failure: Failure): Failure {
  const { status, reason, detail, attribute } = failure
  return { kind: 'uncertain', status, reason, detail, ...(attribute !== undefined && { attribute }) }
}

function toFailure([kind, reason]: Verdict, said: string, attribute: string | undefined): Failure {
  const detail: OutcomeDetail = {
    // Result codes are no HTTP statuses; they stand in the text.
    status: null,
    reason,
    detail: said.slice(0, detailCharactersMax),
    ...(attribute !== undefined && { attribute }),
  }
  return kind === 'throttled' ? { kind, retryAfterMs: undefined, ...detail } : { kind, ...detail }
}

function judge(error: LdapError, asked: Asked): Verdict {
  switch (error.kind) {
    case 'refused':
      return ['broken', 'AddressNotAllowed']
    case 'name':
      return ['broken', 'NameNotFound']
    case 'connect':
      return ['broken', 'ConnectionRefused']
    case 'tls':
      return ['broken', 'TlsFailed']
    case 'bind':
      return bindVerdicts[error.code ?? 0] ?? ['broken', 'CredentialsRefused']
    case 'result':
      return judgeResult(error, asked)
    case 'timeout':
      return ['uncertain', 'Timeout']
    case 'aborted':
      return ['uncertain', 'Interrupted']
    case 'lost':
      return ['uncertain', 'ConnectionLost']
    case 'tooLarge':
      return asked.isRead ? ['broken', 'AnswerTooLarge'] : ['uncertain', 'AnswerTooLarge']
    case 'malformed':
      return asked.isRead ? ['broken', 'NotLdap'] : ['uncertain', 'MalformedAnswer']
    default:
      return error.kind satisfies never
  }
}

/** Before anything else was asked, so all of it is certain. */
const bindVerdicts: { readonly [code: number]: Verdict } = {
  [resultCodes.strongerAuthRequired]: ['broken', 'TlsRequired'],
  [resultCodes.confidentialityRequired]: ['broken', 'TlsRequired'],
  [resultCodes.busy]: ['throttled', 'TooManyRequests'],
  [resultCodes.unavailable]: ['throttled', 'Unavailable'],
}

function judgeResult(error: LdapError, asked: Asked): Verdict {
  const { code = 0 } = error
  const isOne = asked.kind === 'one' || asked.kind === 'members'
  if (code === resultCodes.noSuchObject) return isOne ? ['missing', 'Vanished'] : ['broken', 'EndpointNotFound']
  // A protected entry, such as an administrator, and not the credentials: others go through.
  if (code === resultCodes.insufficientAccessRights)
    return isOne && !asked.isRead ? ['refused', 'ObjectForbidden'] : ['broken', 'Forbidden']
  if (code === resultCodes.adminLimitExceeded)
    return asked.kind === 'members' ? ['refused', 'TooManyMembers'] : ['refused', 'TooLarge']
  if (asked.isRead && readVerdicts[code] !== undefined) return readVerdicts[code]
  if (wordings.some((pattern) => pattern.test(error.message))) return ['conflict', 'Conflict']
  if (code === resultCodes.objectClassViolation)
    return ['refused', /requires attribute/i.test(error.message) ? 'RequiredValueMissing' : 'InvalidPath']
  return byCode[code] ?? (asked.isRead ? ['broken', 'NotLdap'] : ['uncertain', 'ServerError'])
}

/** Active Directory says "constraint violation" where a name is taken in another domain of the forest. */
const wordings: readonly RegExp[] = [
  /\b000021C[78]\b/i,
  /\battribute_?value_?exists?\b.*unique/i,
  /some attributes not unique/i,
]

const readVerdicts: { readonly [code: number]: Verdict } = {
  [resultCodes.timeLimitExceeded]: ['uncertain', 'Timeout'],
  [resultCodes.sizeLimitExceeded]: ['broken', 'AnswerTooLarge'],
  [resultCodes.undefinedAttributeType]: ['broken', 'FilterNotSupported'],
  [resultCodes.inappropriateMatching]: ['broken', 'FilterNotSupported'],
}

const byCode: { readonly [code: number]: Verdict } = {
  [resultCodes.strongerAuthRequired]: ['broken', 'TlsRequired'],
  [resultCodes.confidentialityRequired]: ['broken', 'TlsRequired'],
  [resultCodes.referral]: ['broken', 'Redirected'],
  [resultCodes.unavailableCriticalExtension]: ['broken', 'MethodNotSupported'],
  [resultCodes.noSuchAttribute]: ['refused', 'NoTarget'],
  [resultCodes.undefinedAttributeType]: ['refused', 'InvalidPath'],
  [resultCodes.constraintViolation]: ['refused', 'InvalidValue'],
  [resultCodes.attributeOrValueExists]: ['refused', 'InvalidValue'],
  [resultCodes.invalidAttributeSyntax]: ['refused', 'InvalidValue'],
  [resultCodes.invalidDnSyntax]: ['refused', 'InvalidValue'],
  [resultCodes.inappropriateAuthentication]: ['broken', 'CredentialsRefused'],
  [resultCodes.invalidCredentials]: ['broken', 'CredentialsRefused'],
  [resultCodes.busy]: ['throttled', 'TooManyRequests'],
  [resultCodes.unavailable]: ['uncertain', 'ServerError'],
  [resultCodes.unwillingToPerform]: ['refused', 'Refused'],
  [resultCodes.namingViolation]: ['refused', 'InvalidValue'],
  [resultCodes.notAllowedOnNonLeaf]: ['refused', 'Refused'],
  [resultCodes.notAllowedOnRdn]: ['refused', 'Immutable'],
  [resultCodes.entryAlreadyExists]: ['conflict', 'Conflict'],
  [resultCodes.objectClassModsProhibited]: ['refused', 'Immutable'],
}

/** The attribute that the words name, also one that is not there and should be. */
function findAttribute(words: string, attributes: readonly string[]): string | undefined {
  const lacking = /requires attribute '([\w-]+)'/i.exec(words)?.[1]
  if (lacking !== undefined) return lacking
  // MS-ADTS: 00000524 is a sAMAccountName that is taken.
  if (/\b00000524\b/.test(words)) return attributes.find((name) => name.toLowerCase() === 'samaccountname')
  return findNamedAttribute(words, attributes)
}
