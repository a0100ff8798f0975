import { z } from 'zod'
import { inOrganization, none, page, type Route } from './route.ts'
import { displayName, idOf, instant, limits, namesChange, pageOf, version } from './values.ts'

const httpsUrl = z.url({ protocol: /^https$/ }).max(limits.urlCharactersMax)
const issuer = z.string().trim().min(1).max(500).describe('`iss` of its tokens')
const disabledAct = z.enum(['suspend', 'endSessions', 'ignore']).meta({ id: 'OnAccountDisabled' })
const enabledAct = z.enum(['reactivate', 'ignore']).meta({ id: 'OnAccountEnabled' })
const revokedAct = z.enum(['endSessions', 'ignore']).meta({ id: 'OnSessionRevoked' })

const transmitter = z
  .object({
    id: idOf('transmitter'),
    name: displayName,
    issuer,
    jwksUrl: z.string().nullable().describe('Where its keys are published'),
    jwks: z
      .object({ keys: z.array(z.record(z.string(), z.unknown())) })
      .nullable()
      .describe('Its keys, where it publishes none'),
    audience: z.array(z.string()).describe('One of these must be in `aud`'),
    method: z.enum(['push', 'poll']).describe('It sends to `pushUrl` (RFC 8935), or is asked at `pollUrl` (RFC 8936)'),
    pushUrl: z.url().describe('Where it sends its tokens'),
    revocationUrl: z.url().describe('Where an identity provider asks for universal logout'),
    pollUrl: z.string().nullable(),
    hasAuthorizationHeader: z.boolean().describe('Whether polls carry an Authorization header; it is not shown'),
    onAccountDisabled: disabledAct,
    onAccountEnabled: enabledAct,
    onSessionRevoked: revokedAct,
    state: z.enum(['enabled', 'disabled']),
    failures: z.int().min(0).describe('Polls in a row that failed'),
    lastError: z.string().nullable().describe('Why the last token was refused, or the last poll failed'),
    lastReceivedAt: instant.nullable(),
    verifiedAt: instant.nullable().describe('When a verification event came'),
    createdBy: z.string(),
    version,
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Transmitter' })

const signal = z
  .object({
    jti: z.string(),
    event: z.string().describe('URI of the event, or `global-token-revocation`'),
    userId: idOf('user').nullable(),
    outcome: z
      .string()
      .describe(
        '`suspended`, `reactivated`, `sessionsEnded`, `alreadySo`, `ignored`, `subjectUnknown`, `held`, `lastOwner`, `builtInAccount`',
      ),
    receivedAt: instant,
  })
  .meta({ id: 'ReceivedSignal' })

const fields = {
  name: displayName.optional(),
  jwksUrl: httpsUrl.nullable().optional().describe('When it and `jwks` are left out, the issuer is asked'),
  jwks: z
    .object({ keys: z.array(z.record(z.string(), z.unknown())).min(1).max(limits.clientKeysMax) })
    .nullable()
    .optional(),
  audience: z.array(z.string().trim().min(1).max(500)).min(1).max(10).optional(),
  method: z.enum(['push', 'poll']).optional(),
  pollUrl: httpsUrl.nullable().optional(),
  authorizationHeader: z.string().max(4_000).nullable().optional().describe('Of polls; stored sealed and never shown'),
  onAccountDisabled: disabledAct.optional().describe('RISC account-disabled and account-purged; `suspend` at first'),
  onAccountEnabled: enabledAct
    .optional()
    .describe('RISC account-enabled: brings back whom this transmitter had suspended; `ignore` at first'),
  onSessionRevoked: revokedAct.optional().describe('CAEP session-revoked; `endSessions` at first'),
  state: z.enum(['enabled', 'disabled']).optional(),
}

const createBody = z.strictObject({ ...fields, issuer }).meta({ id: 'TransmitterCreate' })
const updateBody = z
  .strictObject({ ...fields, issuer: issuer.optional() })
  .refine(...namesChange)
  .meta({ id: 'TransmitterUpdate' })

const onTransmitter = inOrganization.extend({ transmitter: idOf('transmitter') })
const transmitters = '/api/v1/organizations/{organization}/transmitters' as const
const tag = 'Transmitters'

export const transmitterRoutes = {
  listTransmitters: {
    method: 'GET',
    path: transmitters,
    tag,
    summary: 'Those whose signals are acted on, oldest first',
    scope: 'signals:read',
    params: inOrganization,
    query: page,
    body: null,
    status: 200,
    answer: pageOf(transmitter, 'TransmitterPage'),
    errors: ['invalidCursor'],
  },
  createTransmitter: {
    method: 'POST',
    path: transmitters,
    tag,
    summary: 'Let somebody’s signals suspend people and end sessions',
    scope: 'signals:manage',
    params: inOrganization,
    query: none,
    body: createBody,
    status: 201,
    answer: transmitter,
    errors: ['conflict'],
    hasVersion: true,
  },
  getTransmitter: {
    method: 'GET',
    path: `${transmitters}/{transmitter}`,
    tag,
    summary: 'One transmitter',
    scope: 'signals:read',
    params: onTransmitter,
    query: none,
    body: null,
    status: 200,
    answer: transmitter,
    errors: [],
    hasVersion: true,
  },
  getReceivedSignals: {
    method: 'GET',
    path: `${transmitters}/{transmitter}/signals`,
    tag,
    summary: 'What came lately and what became of it, latest first',
    scope: 'signals:read',
    params: onTransmitter,
    query: none,
    body: null,
    status: 200,
    answer: z.object({ data: z.array(signal) }).meta({ id: 'ReceivedSignals' }),
    errors: [],
  },
  updateTransmitter: {
    method: 'PATCH',
    path: `${transmitters}/{transmitter}`,
    tag,
    summary: 'Change, disable or enable a transmitter',
    scope: 'signals:manage',
    params: onTransmitter,
    query: none,
    body: updateBody,
    status: 200,
    answer: transmitter,
    errors: ['versionMismatch'],
    hasVersion: true,
  },
  deleteTransmitter: {
    method: 'DELETE',
    path: `${transmitters}/{transmitter}`,
    tag,
    summary: 'Listen to a transmitter no longer',
    scope: 'signals:manage',
    params: onTransmitter,
    query: none,
    body: null,
    status: 204,
    answer: null,
    errors: ['versionMismatch'],
    hasVersion: true,
  },
} as const satisfies Record<string, Route>
