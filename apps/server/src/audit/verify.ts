import type { Queryable } from '../db/pool.ts'
import { selectChain, verifyAuditStretch, type ChainRow, type VerifiedStep } from '../db/queries/audit-verify.ts'
import { signCheckpoint, signHead, type Sign } from './signature.ts'

export type Verification = {
  readonly isSound: boolean
  /** How many events were read. */
  readonly events: number
  /** Events of which personal data was erased; they count as sound. */
  readonly erased: number
  readonly first: number | null
  readonly last: number | null
  /** The first event that does not fit. */
  readonly broken: { readonly sequence: number; readonly reason: string } | null
}

const rowsPerStep = 20_000

type Found = { events: number; erased: number; last: number; hash: Buffer }

const reasons: Readonly<Record<NonNullable<VerifiedStep['reason']>, string>> = {
  missing: 'the event before it is missing, or it has another number than it was given',
  link: 'it does not follow the event before it: one of the two was changed or put elsewhere',
  hash: 'it was changed after it had been sealed',
  actorData: 'what it says about who did it was changed after it had been sealed',
  subjectData:
    'what it says about the person it was done to, or about the request, was changed after it had been sealed',
}

/** Reads a whole chain, from its checkpoint to its end, and tells the first event that does not fit. */
export async function verifyAudit(
  db: Queryable,
  organizationId: string,
  options: VerifyOptions,
): Promise<Verification> {
  for (;;) {
    // What is sealed from now on is left for the next time.
    const head = await selectChain(db, organizationId)
    const found = await verifyChain(db, organizationId, { ...options, head })
    if (found.isSound) return found
    // Old events may have gone while they were read.
    const now = await selectChain(db, organizationId)
    if (now?.checkpoint?.sequence === head?.checkpoint?.sequence) return found
  }
}

type VerifyOptions = { readonly sign: Sign; readonly signal?: AbortSignal }

async function verifyChain(
  db: Queryable,
  organizationId: string,
  { sign, signal, head }: VerifyOptions & { readonly head: ChainRow | undefined },
): Promise<Verification> {
  const first = {
    sequence: head?.checkpoint?.sequence ?? 0,
    hash: Buffer.from(head?.checkpoint?.hash ?? noHash, 'hex'),
  }
  const found: Found = { events: 0, erased: 0, last: first.sequence, hash: first.hash }
  const result = (broken: Verification['broken']): Verification => ({
    isSound: broken === null,
    events: found.events,
    erased: found.erased,
    first: found.events === 0 ? null : first.sequence + 1,
    last: found.events === 0 ? null : found.last,
    broken,
  })
  if (head !== undefined && !(await isCheckpointSound(head, organizationId, sign)))
    return result({ sequence: first.sequence, reason: 'the checkpoint of the chain was not signed by this server' })
  const end = head?.sequence ?? Number.MAX_SAFE_INTEGER
  for (;;) {
    signal?.throwIfAborted()
    const rowsMax = Math.min(rowsPerStep, Math.max(1, end - found.last))
    const step = await verifyAuditStretch(db, { organizationId, after: found.last, hash: found.hash, rowsMax })
    found.events += step.rows
    found.erased += step.erased
    if (step.broken !== null) return result({ sequence: step.broken, reason: reasons[step.reason ?? 'hash'] })
    if (step.last === null || step.last_hash === null) break
    found.last = step.last
    found.hash = step.last_hash
    if (found.last >= end) break
  }
  return result(await judgeEnd(head, { organizationId, sequence: found.last, hash: found.hash }, sign))
}

const noHash = '00'.repeat(32)

async function judgeEnd(
  head: ChainRow | undefined,
  end: { readonly organizationId: string; readonly sequence: number; readonly hash: Buffer },
  sign: Sign,
): Promise<Verification['broken']> {
  if (head === undefined)
    return end.sequence === 0
      ? null
      : { sequence: end.sequence, reason: 'the record of where the chain ends is missing' }
  if (end.sequence !== head.sequence || !end.hash.equals(head.hash))
    return {
      sequence: end.sequence + 1,
      reason: `the chain ended at ${head.sequence}: events after ${end.sequence} are missing`,
    }
  if ((await signHead(sign, end)) !== head.signature)
    return { sequence: end.sequence, reason: 'the end of the chain was not signed by this server' }
  return null
}

async function isCheckpointSound({ checkpoint }: ChainRow, organizationId: string, sign: Sign): Promise<boolean> {
  if (checkpoint === null) return true
  return (await signCheckpoint(sign, { organizationId, ...checkpoint })) === checkpoint.signature
}

/** Where a chain stands: its end, and the checkpoint behind which old events are gone. */
export function findChain(db: Queryable, organizationId: string): Promise<ChainRow | undefined> {
  return selectChain(db, organizationId)
}
