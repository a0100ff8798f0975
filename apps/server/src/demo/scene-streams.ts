import { createAuditStream } from '../access/audit-streams.ts'
import type { Call } from '../access/call.ts'
import type { Database } from '../db/pool.ts'
import type { Encryption } from '../encryption.ts'
import { createStream } from '../events/streams.ts'
import { createTransmitter } from '../sign-in/signals/transmitters.ts'

type StreamPlace = { readonly database: Database; readonly encryption: Encryption; readonly organizationId: string }

/** Where the log and security events would go, and somebody to listen to: names that lead nowhere, and nobody is asked about them. */
export async function addStreams({ organizationId, ...parts }: StreamPlace, call: Call): Promise<void> {
  const settings = { url: 'https://logs.demo-app.invalid/in' }
  await createAuditStream(parts, call, {
    organizationId,
    command: {
      name: 'Log archive',
      kind: 'http',
      format: 'ocsf',
      query: 'result:failure',
      settings,
      secret: undefined,
      fromBeginning: false,
    },
  })
  await createStream(parts, call, {
    organizationId,
    command: {
      description: 'Session broker',
      method: 'poll',
      issuer: 'https://rollcall.demo-app.invalid',
      ownerId: null,
    },
  })
  const outboundFetch = () => Promise.reject(new Error('Nothing is asked here'))
  const issuer = 'https://signals.demo-app.invalid'
  await createTransmitter({ ...parts, outboundFetch }, call, {
    organizationId,
    command: { name: 'Identity provider', issuer, jwksUrl: `${issuer}/keys` },
    audiencesOf: (id) => [id],
  })
}
