import type { ScimPlace } from '@rollcall/admin-api'
import { createClient } from '@rollcall/scim/client'
import { createAuthorizer } from '../../outbound-authorizer.ts'
import type { SourceReader } from '../reader.ts'
import type { OpenReader, ReaderParts } from '../readers.ts'
import { findGroupSource } from '../teams/team-site.ts'
import { createScimReader } from '../scim/scim-reader.ts'

const requestMsMax = 60_000

/** Reads another SCIM server, with whatever credentials it wants. */
export function openScimReader(
  { source, rules }: OpenReader,
  place: ScimPlace,
  { outboundConnections, clock }: ReaderParts,
): SourceReader {
  const { url, ca } = place
  const now = (): number => clock().getTime()
  const send: typeof outboundConnections.send = (call) => outboundConnections.send(call)
  const authorizer = createAuthorizer(source.credentials, { send, ca, now })
  const client = createClient({
    baseUrl: url,
    exchange: {
      authorize: (request) => authorizer.authorize(request),
      send: (request) => send({ ...request, ca }),
    },
    timeoutMs: requestMsMax,
    now,
  })
  const hasGroups = rules !== undefined && findGroupSource(rules, { ...place })?.kind === 'groups'
  return createScimReader({ place, anchor: rules?.anchor ?? '', hasGroups }, client)
}
