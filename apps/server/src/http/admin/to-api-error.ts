import { ApiError, apiError, type ApiErrorCode, type Confirmation, type FieldError } from '@rollcall/admin-api'
import { ScimError } from '@rollcall/scim'
import { TeamError } from '../../directory/team-error.ts'
import { formatTypeId } from '../../type-id.ts'
import { AccessError } from '../../access/access-error.ts'
import { LockedError } from '../../directory/ownership.ts'
import { isLastOwner, lastOwnerReason } from '../../access/last-owner.ts'
import { DatabaseUnavailable } from '../../unavailable.ts'

const codeOfStatus: ReadonlyMap<number, ApiErrorCode> = new Map([
  [403, 'forbidden'],
  [404, 'notFound'],
  [409, 'conflict'],
  [412, 'versionMismatch'],
  [422, 'invalidRequest'],
])

/** The one place where errors become answers. What nobody foresaw becomes `internal` and keeps its cause for the log. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  if (error instanceof AccessError) return fromAccess(error)
  if (error instanceof LockedError) return fromLocked(error)
  if (error instanceof TeamError) return fromTeam(error)
  if (error instanceof ScimError && error.status < 500) return fromScim(error)
  if (isLastOwner(error)) return fromAccess(new AccessError('lastOwner', lastOwnerReason))
  if (error instanceof DatabaseUnavailable) {
    const headers = { 'retry-after': String(error.retryAfterSeconds) }
    return apiError('unavailable', 'The database cannot answer now; nothing was changed', { headers, cause: error })
  }
  return apiError('internal', 'Something went wrong on our side; the log knows more under this request id', {
    cause: error,
  })
}

function fromAccess(error: AccessError): ApiError {
  const code = error.code === 'planRequired' ? error.code : (codeOfStatus.get(error.status) ?? 'internal')
  const { currentVersion, message } = error
  return apiError(code, message, {
    errors: reasonsOf(error),
    cause: error,
    ...(currentVersion !== undefined && { currentVersion, headers: { etag: `"${currentVersion}"` } }),
  })
}

function fromLocked(error: LockedError): ApiError {
  const errors = error.attributes.map((name): FieldError => {
    const pointer = `/attributes/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
    return { in: 'body', pointer, code: 'locked', detail: error.message }
  })
  return apiError('locked', error.message, { errors, cause: error })
}

/** Of what collides, the stable name of the reason too where no field is at fault: `conflict` alone says nothing. */
function reasonsOf({ status, code, message, field }: AccessError): readonly FieldError[] {
  if (field === undefined && status !== 409) return []
  return [{ in: 'body', pointer: toPointer(field ?? ''), code, detail: message }]
}

/** What of a team cannot be done, with one entry for each thing in the way. */
function fromTeam(error: TeamError): ApiError {
  const { currentVersion, message, field = '', reasons, confirmation } = error
  const details = reasons.length > 0 ? reasons : error.field === undefined ? [] : [message]
  return apiError(codeOfTeam(error), message, {
    errors: details.map((detail) => ({ in: 'body', pointer: toPointer(field), code: error.code, detail })),
    cause: error,
    ...(currentVersion !== undefined && { currentVersion, headers: { etag: `"${currentVersion}"` } }),
    ...(confirmation !== undefined && { confirmation: toConfirmation(confirmation) }),
  })
}

function codeOfTeam({ code, status }: TeamError): ApiErrorCode {
  if (code === 'confirmationNeeded' || code === 'managed') return code
  return codeOfStatus.get(status) ?? 'internal'
}

function toConfirmation({ token, count, removes }: NonNullable<TeamError['confirmation']>): Confirmation {
  return {
    token,
    count,
    removes: removes.map(({ teamId, teamName, memberId, memberKind, memberName }) => ({
      team: { id: formatTypeId('team', teamId), name: teamName },
      member: { id: formatTypeId(memberKind === 'user' ? 'usr' : 'team', memberId), name: memberName },
    })),
  }
}

/** The directory speaks SCIM's errors to all who ask it. */
function fromScim(error: ScimError): ApiError {
  return apiError(codeOfStatus.get(error.status) ?? 'invalidRequest', error.message, { cause: error })
}

function toPointer(field: string): string {
  if (field === '') return ''
  return field
    .split('.')
    .map((name) => `/${name}`)
    .join('')
}
