import type { SourcePlace } from '@rollcall/admin-api'
import { createAuthorizer } from '../../outbound-authorizer.ts'
import type { SourceReader } from '../reader.ts'
import type { OpenReader, ReaderParts } from '../readers.ts'
import { createHttpReader } from '../web/http-reader.ts'

/** Pulls from a JSON API, with whatever credentials it wants. */
export function openHttpReader(
  { source, rules }: OpenReader,
  pull: Extract<SourcePlace, { readonly kind: 'http' }>,
  { outboundConnections, clock }: ReaderParts,
): SourceReader {
  const authorizer = createAuthorizer(source.credentials, {
    send: (call) => outboundConnections.send(call),
    ca: pull.ca,
    now: () => clock().getTime(),
  })
  return createHttpReader({ pull, anchor: rules?.anchor ?? '' }, { outbound: outboundConnections, authorizer })
}
