import type { SourcePlace } from '@rollcall/admin-api'
import { isJsonObject, type JsonObject } from '@rollcall/scim'
import {
  selectKnownAnchors,
  selectKnownGroupAnchors,
  selectKnownGroups,
  selectKnownRecords,
} from '../../db/queries/known-records.ts'
import { createDirectoryReader } from '../directory-server/directory-reader.ts'
import type { KnownRecords } from '../directory-server/directory-read.ts'
import { toDirectorySource } from '../directory-server/directory-source.ts'
import type { SourceReader } from '../reader.ts'
import type { OpenReader, ReaderParts } from '../readers.ts'
import { openRecordVault } from '../seal/record-vault.ts'
import { openRaw } from '../seal/seal-records.ts'
import { SourceError } from '../source-error.ts'
import { findGroupSource } from '../teams/team-site.ts'

const recordsAtOnce = 1_000

/** Reads from an LDAP directory, as whom credentials of the kind `basic` say; without any as nobody in particular. */
export function openLdapReader(
  { source, rules }: OpenReader,
  pull: Extract<SourcePlace, { readonly kind: 'ldap' }>,
  parts: Pick<ReaderParts, 'database' | 'encryption' | 'clock' | 'outboundConnections'>,
): SourceReader {
  const { database, outboundConnections } = parts
  const { credentials, organizationId, id: sourceId } = source
  if (credentials !== null && credentials.kind !== 'basic')
    throw new SourceError(
      'misconfigured',
      'A directory wants credentials of the kind `basic`: a name to bind as, and its password',
    )
  const name = { organizationId, sourceId }
  const known: KnownRecords = {
    among: (anchors) => selectKnownAnchors(database, name, anchors),
    all: () =>
      inPages(async (after) => {
        const vault = await openRecordVault(parts, parts.clock())
        const rows = await selectKnownRecords(database, name, { after, rowsMax: recordsAtOnce })
        return rows.map((row) => ({ ...row, raw: openRaw(row, { name, vault }) }))
      }),
  }
  const knownGroups: KnownRecords = {
    among: (anchors) => selectKnownGroupAnchors(database, name, anchors),
    all: () => inPages((after) => selectKnownGroups(database, name, { after, rowsMax: recordsAtOnce })),
  }
  const directory = toDirectorySource(pull, { credentials, anchor: rules?.anchor })
  const hasGroups = rules !== undefined && findGroupSource(rules, { ...pull })?.kind === 'groups'
  const connections = outboundConnections.ldap
  return createDirectoryReader(directory, { connections, known, ...(hasGroups && { knownGroups }) })
}

type Known = { readonly anchor: string; readonly raw: string }

async function* inPages(
  select: (after: string | undefined) => Promise<readonly Known[]>,
): AsyncGenerator<readonly { readonly anchor: string; readonly raw: JsonObject }[]> {
  for (let after: string | undefined; ;) {
    const rows = await select(after)
    if (rows.length > 0) yield rows.map(({ anchor, raw }) => ({ anchor, raw: parse(raw) }))
    if (rows.length < recordsAtOnce) return
    after = rows.at(-1)?.anchor
  }
}

/** We wrote it ourselves, as an object. */
function parse(raw: string): JsonObject {
  const parsed: unknown = JSON.parse(raw)
  return isJsonObject(parsed) ? parsed : {}
}
