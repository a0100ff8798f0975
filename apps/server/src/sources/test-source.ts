import type { Sealing } from '../access/sealed-credentials.ts'
import { hideColumns, secretColumnsOf } from './hide-secrets.ts'
import type { SourceEntry } from './reader.ts'
import { openReader, type OpenReader, type ReaderParts } from './readers.ts'
import { sourceReasons, type SourceReason } from './reasons.ts'
import { getSourceRules } from './rules-revisions.ts'
import { getOpenedSource, type OpenedSource, type SourceName } from './source.ts'
import { SourceError, type SourceErrorReason } from './source-error.ts'

/** Whether a source can be read with what is stored of it, and if not, why. */
export type SourceTest = {
  readonly reason: SourceErrorReason | undefined
  readonly explanation: SourceReason | undefined
  readonly detail: string | undefined
  readonly place: string | undefined
  readonly columns: readonly string[]
  readonly sample: readonly SourceEntry[]
}

const timeoutMs = 20_000

/** Asks a source for a few records, which proves address and credentials; nothing changes. Throws `sourceNotFound`. */
export async function testSource(parts: Sealing & ReaderParts, now: Date, name: SourceName): Promise<SourceTest> {
  const source = await getOpenedSource(parts, now, name)
  const opened = { source, rules: await findNewestRules(parts, source), fileId: null, readId: null }
  const nothing = { reason: undefined, explanation: undefined, detail: undefined, place: undefined }
  try {
    const { sample, columns } = await openReader(opened, parts).probe(AbortSignal.timeout(timeoutMs))
    const secret = secretColumnsOf(opened.rules)
    return { ...nothing, sample: sample.map((entry) => hide(entry, secret)), columns }
  } catch (error) {
    const failure = toFailure(error)
    const explanation = sourceReasons[failure.reason]
    const { reason, message: detail, place } = failure
    return { reason, explanation, detail, place, sample: [], columns: [] }
  }
}

function hide(entry: SourceEntry, secret: ReadonlySet<string>): SourceEntry {
  return entry.kind === 'record' ? { ...entry, attributes: hideColumns(entry.attributes, secret) } : entry
}

async function findNewestRules({ database }: Sealing, source: OpenedSource): Promise<OpenReader['rules']> {
  const revision = source.draftRevision ?? source.liveRevision
  if (revision === null) return undefined
  const name = { organizationId: source.organizationId, sourceId: source.id }
  return (await getSourceRules(database, { ...name, revision })).document
}

function toFailure(error: unknown): SourceError {
  if (error instanceof SourceError) return error
  if (error instanceof DOMException && error.name === 'TimeoutError')
    return new SourceError('timedOut', `There was no answer within ${timeoutMs / 1_000} seconds`)
  throw error
}
