import { z } from 'zod'
import { personFactors } from './factors.ts'
import { none, type Route } from './route.ts'
import { displayName, idOf } from './values.ts'

const codeCharactersMax = 20
const enrolmentCharactersMax = 2_000

const onPasskey = z.object({ passkey: idOf('passkey') })

const json = z.looseObject({})

const own = {
  tag: 'Own account',
  scope: 'any',
  query: none,
} as const

export const ownFactorRoutes = {
  getOwnFactors: {
    ...own,
    method: 'GET',
    path: '/api/v1/me/factors',
    summary: 'What whoever is signed in can sign in with besides a password',
    params: none,
    body: null,
    status: 200,
    answer: personFactors,
    errors: [],
  },
  beginOwnPasskey: {
    ...own,
    method: 'POST',
    path: '/api/v1/me/passkeys/begin',
    summary: 'What the browser asks a device for that is to become a passkey',
    stepUp: true,
    params: none,
    body: null,
    status: 200,
    answer: z
      .object({
        options: json.describe('For `navigator.credentials.create` (WebAuthn: PublicKeyCredentialCreationOptionsJSON)'),
      })
      .meta({ id: 'PasskeyOptions' }),
    errors: ['conflict'],
  },
  addOwnPasskey: {
    ...own,
    method: 'POST',
    path: '/api/v1/me/passkeys',
    summary: 'Keep a passkey that a device has made just now; the person is told by mail',
    stepUp: true,
    params: none,
    body: z
      .strictObject({
        name: displayName,
        credential: json.describe('What the device answered (WebAuthn: RegistrationResponseJSON)'),
      })
      .meta({ id: 'OwnPasskeyCreate' }),
    status: 201,
    answer: personFactors,
    errors: ['conflict'],
  },
  renameOwnPasskey: {
    ...own,
    method: 'PATCH',
    path: '/api/v1/me/passkeys/{passkey}',
    summary: 'Call a passkey something else',
    params: onPasskey,
    body: z.strictObject({ name: displayName }).meta({ id: 'OwnPasskeyUpdate' }),
    status: 200,
    answer: personFactors,
    errors: [],
  },
  removeOwnPasskey: {
    ...own,
    method: 'DELETE',
    path: '/api/v1/me/passkeys/{passkey}',
    summary: 'Take a passkey off; the last factor that one’s rights need stays',
    stepUp: true,
    params: onPasskey,
    body: null,
    status: 204,
    answer: null,
    errors: ['conflict'],
  },
  beginOwnTotp: {
    ...own,
    method: 'POST',
    path: '/api/v1/me/totp/begin',
    summary: 'A new secret for an authenticator app; nothing is kept before a code of it has come back',
    stepUp: true,
    params: none,
    body: null,
    status: 200,
    answer: z
      .object({
        enrolment: z.string().describe('To be sent back with the first code; good for half an hour'),
        secret: z.string().describe('For whom the camera does not work'),
        uri: z.string().describe('What the QR code says'),
        qr: z
          .object({ size: z.int(), path: z.string() })
          .describe('The QR code as a path of SVG in a square of so many modules, edge included'),
      })
      .meta({ id: 'TotpEnrolment' }),
    errors: [],
  },
  addOwnTotp: {
    ...own,
    method: 'POST',
    path: '/api/v1/me/totp',
    summary: 'Keep the authenticator app that has shown a right code, in place of the one before',
    stepUp: true,
    params: none,
    body: z
      .strictObject({
        enrolment: z.string().min(1).max(enrolmentCharactersMax),
        code: z.string().trim().min(1).max(codeCharactersMax),
      })
      .meta({ id: 'OwnTotpCreate' }),
    status: 201,
    answer: personFactors,
    errors: [],
  },
  removeOwnTotp: {
    ...own,
    method: 'DELETE',
    path: '/api/v1/me/totp',
    summary: 'Take the authenticator app off; the last factor that one’s rights need stays',
    stepUp: true,
    params: none,
    body: null,
    status: 204,
    answer: null,
    errors: ['conflict'],
  },
  makeOwnRecoveryCodes: {
    ...own,
    method: 'POST',
    path: '/api/v1/me/recovery-codes',
    summary: 'Ten new recovery codes; those from before are worth nothing any more',
    stepUp: true,
    params: none,
    body: null,
    status: 201,
    answer: z
      .object({ codes: z.array(z.string()).describe('Shown in this answer and never again') })
      .meta({ id: 'RecoveryCodes' }),
    errors: [],
  },
} as const satisfies Record<string, Route>
