import { AccessError, type AccessErrorCode } from '../../../access/access-error.ts'
import { getOrganization } from '../../../access/organizations.ts'
import { readFactors, readNames, removeFactor } from '../../../sign-in/factors.ts'
import { beginTotpEnrolment, confirmTotpEnrolment } from '../../../sign-in/one-time-codes.ts'
import {
  beginRegistration,
  registerPasskey,
  renamePasskey,
  type PasskeyParts,
  type RegistrationOutcome,
} from '../../../sign-in/passkeys.ts'
import { makeRecoveryCodes } from '../../../sign-in/recovery-codes.ts'
import { toRelyingParty } from '../../../sign-in/relying-party.ts'
import { toQrCodePath } from '../../sign-in/qr-code.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { requireOwn } from '../own-session.ts'
import { toUuid } from '../to-uuid.ts'
import { viewFactors } from '../views/factors.ts'
import { throttled } from './own-account.ts'

export const ownFactorHandlers: Handlers<
  | 'getOwnFactors'
  | 'beginOwnPasskey'
  | 'addOwnPasskey'
  | 'renameOwnPasskey'
  | 'removeOwnPasskey'
  | 'beginOwnTotp'
  | 'addOwnTotp'
  | 'removeOwnTotp'
  | 'makeOwnRecoveryCodes'
> = {
  getOwnFactors: showFactors,

  beginOwnPasskey: async (context) => {
    const own = requireOwn(context)
    const names = await readNames(context.parts.database, own)
    return {
      body: {
        options: { ...(await beginRegistration(toPasskeyParts(context), { ...own, ...names }, context.call.now)) },
      },
    }
  },

  addOwnPasskey: async (context, { body }) => {
    const given = { name: body.name, answer: JSON.stringify(body.credential) }
    const outcome = await registerPasskey(toPasskeyParts(context), toOwner(context), given)
    if (outcome !== 'ok') throw new AccessError(...passkeyRefusals[outcome], { field: 'credential' })
    return showFactors(context)
  },

  renameOwnPasskey: async (context, { params, body }) => {
    const passkey = { id: toUuid('psk', params.passkey), name: body.name }
    await renamePasskey(context.parts.database, toOwner(context), passkey)
    return showFactors(context)
  },

  removeOwnPasskey: async (context, { params }) => {
    const passkey = { kind: 'passkey', id: toUuid('psk', params.passkey) } as const
    await removeFactor(context.parts.database, toOwner(context), passkey)
    return { body: undefined }
  },

  beginOwnTotp: async (context) => {
    const own = requireOwn(context)
    const { database, encryption } = context.parts
    const { name: organizationName } = await getOrganization(database, own.organizationId)
    const { userName } = await readNames(database, own)
    const person = { ...own, organizationName, userName }
    const { sealed: enrolment, secretText: secret, uri } = beginTotpEnrolment({ encryption }, person, context.call.now)
    return { body: { enrolment, secret, uri, qr: toQrCodePath(uri) } }
  },

  addOwnTotp: async (context, { body }) => {
    const outcome = await confirmTotpEnrolment(context.parts, toOwner(context), {
      sealed: body.enrolment,
      code: body.code,
    })
    if (outcome.kind === 'throttled') throw throttled(outcome.retryAfterSeconds)
    if (outcome.kind === 'expired')
      throw new AccessError('enrolmentExpired', 'This code was shown too long ago: begin anew', { field: 'enrolment' })
    if (outcome.kind === 'wrong')
      throw new AccessError('wrongCode', 'The app shows another code now; is its clock right?', { field: 'code' })
    return showFactors(context)
  },

  removeOwnTotp: async (context) => {
    await removeFactor(context.parts.database, toOwner(context), { kind: 'totp' })
    return { body: undefined }
  },

  makeOwnRecoveryCodes: async (context) => ({
    body: { codes: [...(await makeRecoveryCodes(context.parts.database, toOwner(context)))] },
  }),
}

const passkeyRefusals: {
  readonly [outcome in Exclude<RegistrationOutcome, 'ok'>]: readonly [code: AccessErrorCode, message: string]
} = {
  invalid: ['passkeyRefused', 'What the device answered does not fit what it was asked, or came too late: try again'],
  taken: ['passkeyTaken', 'This passkey is in use already'],
  tooMany: ['tooManyPasskeys', 'One person has 20 passkeys at most: remove one first'],
}

async function showFactors(context: CallContext) {
  const factors = await readFactors(context.parts.database, requireOwn(context))
  return { body: viewFactors(factors, toRelyingParty(context.baseUrl)?.id) }
}

function toOwner(context: CallContext) {
  const { organizationId, userId, id: sessionId } = requireOwn(context)
  return { organizationId, userId, sessionId, now: context.call.now, requestId: context.call.requestId }
}

function toPasskeyParts({ parts, baseUrl }: CallContext): PasskeyParts {
  const relyingParty = toRelyingParty(baseUrl)
  if (relyingParty === undefined)
    throw new AccessError('passkeysImpossible', 'Browsers make no passkeys for the public address of this server')
  return { database: parts.database, challenges: parts.challenges, relyingParty }
}
