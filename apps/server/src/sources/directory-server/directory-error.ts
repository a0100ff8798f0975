import { LdapError, type LdapErrorKind, resultCodes } from '../../ldap/ldap-error.ts'
import { SourceError, type SourceErrorReason } from '../source-error.ts'
import type { DirectorySource } from './directory-source.ts'

const byKind: { readonly [kind in Exclude<LdapErrorKind, 'bind' | 'result'>]: SourceErrorReason } = {
  refused: 'misconfigured',
  name: 'unreachable',
  connect: 'unreachable',
  tls: 'misconfigured',
  timeout: 'timedOut',
  aborted: 'unreachable',
  lost: 'unreachable',
  tooLarge: 'tooLarge',
  malformed: 'unreadable',
}

/** RFC 4533 §2.6. */
const refreshRequired = 4096
const operationsError = 1

const byCode: { readonly [code: number]: SourceErrorReason } = {
  // Active Directory says so to those who did not say who they are.
  [operationsError]: 'unauthorized',
  [resultCodes.timeLimitExceeded]: 'timedOut',
  [resultCodes.sizeLimitExceeded]: 'tooLarge',
  [resultCodes.adminLimitExceeded]: 'tooLarge',
  [resultCodes.noSuchObject]: 'notFound',
  [resultCodes.inappropriateAuthentication]: 'unauthorized',
  [resultCodes.invalidCredentials]: 'unauthorized',
  [resultCodes.insufficientAccessRights]: 'unauthorized',
  [resultCodes.busy]: 'throttled',
  [resultCodes.unavailable]: 'unreachable',
  [resultCodes.other]: 'unreachable',
  [refreshRequired]: 'checkpointLost',
}

const hints: { readonly [code: number]: string } = {
  [resultCodes.sizeLimitExceeded]:
    '. The server shows this account no more entries than that: give it a higher limit, or ask for smaller pages',
  [resultCodes.referral]: '. Another server has this part of the tree: name that one',
}

/** What a directory or the network said, as what it means for a read. Others than LdapErrors are passed on. */
export function toDirectoryError(error: unknown, { pull, server }: DirectorySource): unknown {
  if (!(error instanceof LdapError)) return error
  const { kind, code = 0, message } = error
  const isAnswer = kind === 'bind' || kind === 'result'
  const reason = isAnswer ? (byCode[code] ?? 'misconfigured') : byKind[kind]
  const isOurs = kind === 'malformed' && message.includes('no LDAP filter')
  const said = isAnswer ? `The directory says: ${message}${hints[code] ?? ''}` : message
  const place = `${server.url} ${pull.bases.join('; ')}`
  return new SourceError(isOurs ? 'misconfigured' : reason, said, { place, cause: error })
}
