import { sourcePlace } from '@rollcall/admin-api'
import { createSource } from '../../src/sources/manage-sources.ts'
import { publishSourceRules } from '../../src/sources/rules-revisions.ts'
import { addPart, beginFile, completeUpload } from '../../src/sources/files.ts'
import { openBatch } from '../../src/sources/uploads/batches.ts'
import { startRead } from '../../src/sources/start-read.ts'
import { takePage } from '../../src/sources/intake.ts'
import { openRecordVault } from '../../src/sources/seal/record-vault.ts'
import { settleAccepted } from '../../src/sources/end-read.ts'
import { formatTypeId } from '../../src/type-id.ts'
import { simpleSourceRules } from '../sources/source-harness.ts'
import type { TestProvisioning, TestTenant } from '../harness/provisioning.ts'

/** A source with live rules, a file, a read and a record, and ids of what belongs to it. */
export async function fillSource(
  server: TestProvisioning,
  tenant: TestTenant,
): Promise<Readonly<Record<string, string>>> {
  const organizationId = tenant.organization.id
  const { database } = server
  const command = { name: 'theirs', place: sourcePlace.parse({ kind: 'file', format: 'jsonl' }) }
  const request = { organizationId, command, rules: simpleSourceRules }
  const source = await createSource(server.application.parts, server.call(), request)
  const name = { organizationId, sourceId: source.id }
  await publishSourceRules(database, server.call(), { ...name, revision: 1 })
  const file = await beginFile(database, server.call(), { ...name, name: 'theirs.jsonl' })
  const bytes = Buffer.from('{"id":"theirs-employee-1"}\n')
  await addPart(server.application.parts, file, { fromByte: 0, bytes, now: server.clock() })
  await completeUpload(server.application.parts, server.call(), { ...file, bytes: bytes.byteLength })
  const read = await startRead(database, server.call(), name)
  const page = {
    entries: [
      { kind: 'record', anchor: 'theirs-employee-1', attributes: { id: 'theirs-employee-1' }, place: 'line 1' },
    ],
    groups: [
      {
        kind: 'group',
        anchor: 'theirs-employee-1',
        attributes: { id: 'theirs-employee-1', name: 'theirs' },
        memberKey: undefined,
        members: ['theirs-employee-1'],
        place: 'line 2',
      },
    ],
    cursor: undefined,
    progress: { done: 1, total: 1 },
    end: { checkpoint: undefined },
  } as const
  const sealed = {
    vault: await openRecordVault(server.application.parts, server.clock()),
    secret: new Set<string>(),
  }
  const taken = await takePage(database, read, { page, now: server.clock(), sealed })
  await settleAccepted(database, taken, { clock: server.clock, signal: new AbortController().signal })
  const uploads = { name: 'their uploads', place: sourcePlace.parse({ kind: 'upload' }) }
  const other = await createSource(server.application.parts, server.call(), { ...request, command: uploads })
  const named = { organizationId, sourceId: other.id }
  await publishSourceRules(database, server.call(), { ...named, revision: 1 })
  const session = await openBatch(database, server.call(), { ...named, kind: 'session' })
  return {
    sourceBatch: formatTypeId('sbt', session.id),
    source: formatTypeId('src', source.id),
    sourceRead: formatTypeId('srd', read.id),
    sourceFile: formatTypeId('sfl', file.fileId),
    anchor: 'theirs-employee-1',
  }
}
