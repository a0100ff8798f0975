import type { SourcePlace } from '@rollcall/admin-api'
import { createReach } from '../../outbound-fetch.ts'
import type { SourceReader } from '../reader.ts'
import type { OpenReader, ReaderParts } from '../readers.ts'
import { SourceError } from '../source-error.ts'
import { createSqlReader } from '../sql/sql-reader.ts'

/** Reads from a PostgreSQL, whose user and password are credentials of the kind `basic`. */
export function openSqlReader(
  { source: { credentials }, rules }: OpenReader,
  pull: Extract<SourcePlace, { readonly kind: 'sql' }>,
  { config }: ReaderParts,
): SourceReader {
  if (credentials?.kind !== 'basic')
    throw new SourceError('misconfigured', 'A database wants credentials of the kind `basic`: its user and password')
  const reach = createReach(config.outboundAllow)
  return createSqlReader({ pull, credentials, anchor: rules?.anchor ?? '' }, { reach })
}
