import { apiError, type RouteAnswer } from '@rollcall/admin-api'
import type { JsonObject } from '@rollcall/scim'
import { AccessError, type AccessErrorCode } from '../../../access/access-error.ts'
import { isTimeZone } from '../../../access/time-zone.ts'
import { createIdSource } from '../../../directory/new-id.ts'
import { managerOf } from '../../../directory/ownership.ts'
import { getPerson, updatePerson, type Person } from '../../../directory/people.ts'
import { lockedOf } from '../../../directory/overrides.ts'
import { parseStored } from '../../../directory/records.ts'
import { readPersonPage } from '../../../insight/person-page.ts'
import { changeOwnPassword, readAccount, type OwnSession } from '../../../sign-in/account.ts'
import { wantsSecondStep } from '../../../sign-in/admit.ts'
import { createBreachList } from '../../../sign-in/breach-list.ts'
import { askEmailChange, type AskedEmail } from '../../../sign-in/email-change.ts'
import { toOwnContext } from '../../../sign-in/own-context.ts'
import type { PasswordFlaw } from '../../../sign-in/password-rules.ts'
import { toRelyingParty } from '../../../sign-in/relying-party.ts'
import { formatTypeId } from '../../../type-id.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { requireOwn, requireSession } from '../own-session.ts'
import { viewProvider } from './person-page.ts'

type View = RouteAnswer<'getOwnAccount'>

const ownAttributes = ['displayName', 'preferredLanguage', 'timezone', 'emails'] as const

const newId = createIdSource()

export const ownAccountHandlers: Handlers<
  'getOwnAccount' | 'updateOwnAccount' | 'requestOwnEmail' | 'changeOwnPassword'
> = {
  getOwnAccount: async (context) => ({ body: await viewAccount(context) }),

  updateOwnAccount: async (context, { body }) => {
    const own = requireOwn(context)
    const { database } = context.parts
    if (typeof body.timezone === 'string' && !isTimeZone(body.timezone))
      throw new AccessError('invalidTimeZone', 'There is no such time zone; one is `Asia/Seoul`', { field: 'timezone' })
    const person = await getPerson(database, own.organizationId, own.userId)
    const command = { id: person.id, attributes: withoutAbsent(body), ifVersion: undefined }
    await updatePerson({ database, newId }, await toContext(context, own, person), command)
    return { body: await viewAccount(context) }
  },

  requestOwnEmail: async (context, { body }) => {
    const { now, requestId = '' } = context.call
    const asked = await askEmailChange(
      context.parts.database,
      { session: requireOwn(context), now, requestId },
      body.email,
    )
    refuseEmail(asked)
    return { body: undefined }
  },

  changeOwnPassword: async (context, { body }) => {
    const { parts, call, clientIp: ip } = context
    const own = { session: requireOwn(context), now: call.now, requestId: call.requestId, ip }
    const breaches = createBreachList(parts.config.breachedPasswords)
    const given = { before: body.current, password: body.password, breaches }
    const outcome = await changeOwnPassword(parts.database, own, given)
    if (outcome.kind === 'throttled') throw throttled()
    if (outcome.kind === 'wrongPassword')
      throw new AccessError('wrongPassword', 'This is not the password that you have now', { field: 'current' })
    if (outcome.kind === 'flawed') {
      const [code, message] = flaws[outcome.flaw]
      throw new AccessError(code, message, { field: 'password' })
    }
    return { body: undefined }
  },
}

const flaws: { readonly [flaw in PasswordFlaw]: readonly [code: AccessErrorCode, message: string] } = {
  tooShort: ['passwordTooShort', 'A password has at least 12 characters'],
  tooLong: ['passwordTooLong', 'This password is too long'],
  tooCommon: ['passwordTooCommon', 'This password is one of those that are tried first: choose another one'],
  isName: ['passwordIsName', 'This password is little more than your name or address'],
}

/** A door for whoever guesses: the way that signing in counts. */
export function throttled(seconds = 900): Error {
  return apiError('tooManyRequests', 'There were too many wrong attempts; wait a while', {
    headers: { 'retry-after': String(seconds) },
  })
}

function refuseEmail(asked: AskedEmail): void {
  switch (asked) {
    case 'asked':
      return
    case 'invalid':
      throw new AccessError('invalidEmail', 'This is no mail address', { field: 'email' })
    case 'same':
      throw new AccessError('sameEmail', 'This is the address that you have already', { field: 'email' })
    case 'locked':
      throw apiError('locked', 'The address comes from the source that manages this account: change it there')
    case 'throttled':
      throw apiError('tooManyRequests', 'You have asked for too many addresses within an hour', {
        headers: { 'retry-after': '3600' },
      })
    default:
      asked satisfies never
  }
}

async function viewAccount(context: CallContext): Promise<View> {
  const own = requireOwn(context)
  const { principal, session } = requireSession(context)
  const { database } = context.parts
  const { organizationId, userId } = own
  const person = await getPerson(database, organizationId, userId)
  const [account, page, locked] = await Promise.all([
    readAccount(database, own),
    readPersonPage(database, organizationId, { userId, now: context.call.now }),
    lockedOf(database, await toContext(context, own, person), person, ownAttributes),
  ])
  const attributes = parseStored(person)
  const manager = managerOf(person.connection_id)
  return {
    id: formatTypeId('usr', userId),
    userName: account.userName,
    displayName: textOf(attributes['displayName']),
    email: account.email,
    preferredLanguage: textOf(attributes['preferredLanguage']),
    timezone: textOf(attributes['timezone']),
    managedBy: manager === null ? null : { id: formatTypeId('con', manager), name: person.connection_name ?? '' },
    lockedAttributes: [...locked],
    hasPassword: account.hasPassword,
    passkeysWork: toRelyingParty(context.baseUrl) !== undefined,
    needsSecondFactor:
      principal.owner === undefined ? session.isOperator : wantsSecondStep(principal.owner, session.isOperator),
    providers: page.providers.map(viewProvider),
  }
}

function toContext({ parts, call }: CallContext, own: OwnSession, person: Person) {
  return toOwnContext(parts.database, {
    organizationId: own.organizationId,
    connectionId: person.connection_id,
    actor: call.actor,
    requestId: call.requestId ?? '',
    now: call.now,
    via: 'account',
  })
}

function withoutAbsent(body: Readonly<Record<string, string | null | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(body).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
