import type { Sealing } from '../access/sealed-credentials.ts'
import { createGuard } from '../outbound-guard.ts'
import { hideColumns, secretColumnsOf } from './hide-secrets.ts'
import type { SourceEntry, SourceProbe } from './reader.ts'
import { openReader, type OpenReader, type ReaderParts } from './readers.ts'
import { sourceReasons, type SourceReason } from './reasons.ts'
import { getSourceRules } from './rules-revisions.ts'
import { getOpenedSource, type OpenedSource, type SourceName } from './source.ts'
import { SourceError, type SourceErrorReason } from './source-error.ts'
import { timeStep, walkToSource, type SourceStep } from './way-to-source.ts'

/** Whether a source can be read with what is stored of it, and if not, why and where on the way. */
export type SourceTest = {
  readonly reason: SourceErrorReason | undefined
  readonly explanation: SourceReason | undefined
  readonly detail: string | undefined
  readonly place: string | undefined
  readonly columns: readonly string[]
  readonly sample: readonly SourceEntry[]
  readonly steps: readonly SourceStep[]
  readonly format: SourceProbe['format']
}

const timeoutMs = 20_000

/** Asks a source for a few records, which proves address and credentials; nothing changes. Throws `sourceNotFound`. */
export async function testSource(parts: Sealing & ReaderParts, now: Date, name: SourceName): Promise<SourceTest> {
  const source = await getOpenedSource(parts, now, name)
  const opened = { source, rules: await findNewestRules(parts, source), fileId: null, readId: null }
  const signal = AbortSignal.timeout(timeoutMs)
  const way = await walkToSource(source.place, createGuard({ allow: parts.config.outboundAllow }), signal)
  const { step, value, error } = await timeStep('read', async () => {
    const probe = await openReader(opened, parts).probe(signal)
    return [probe, undefined] as const
  })
  if (value === undefined) return { ...explain(error), steps: [...way, ...toLastStep(way, step, error)] }
  const secret = secretColumnsOf(opened.rules)
  const nothing = { reason: undefined, explanation: undefined, detail: undefined, place: undefined }
  const sample = value.sample.map((entry) => hide(entry, secret))
  // Where a connection is made in a way of its own, that it works is what counts.
  const steps = [...way.filter(({ isDone }) => isDone), step]
  return { ...nothing, sample, columns: value.columns, format: value.format, steps }
}

/** What failed on the way already says where; credentials that are refused are a step of their own. */
function toLastStep(way: readonly SourceStep[], step: SourceStep, error: unknown): readonly SourceStep[] {
  if (way.some(({ isDone }) => !isDone)) return []
  const isRefused = error instanceof SourceError && error.reason === 'unauthorized'
  return [isRefused ? { ...step, name: 'signIn' } : step]
}

function explain(error: unknown): Omit<SourceTest, 'steps'> {
  const failure = toFailure(error)
  const { reason, message: detail, place } = failure
  return { reason, explanation: sourceReasons[reason], detail, place, sample: [], columns: [], format: undefined }
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
