import type { SourceWriteBackSettings } from '@rollcall/admin-api'
import { isJsonObject } from '@rollcall/scim'
import type { Sealing } from '../../access/sealed-credentials.ts'
import { claimWriteBack, finishWriteBack, type ClaimedWriteBack } from '../../db/queries/source-write-backs.ts'
import { transaction } from '../../db/transaction.ts'
import { createAuthorizer } from '../../outbound-authorizer.ts'
import type { OutboundConnections } from '../../outbound-connections.ts'
import { systemActor } from '../end-read.ts'
import { getOpenedSource, getSourceRow, recordSource, type OpenedSource } from '../source.ts'
import { SourceError } from '../source-error.ts'
import { readAttempt, refuseStatus } from '../web/answers.ts'

export type WriteBackParts = Sealing & {
  readonly clock: () => Date
  readonly outboundConnections: Pick<OutboundConnections, 'send'>
}

const leaseMs = 5 * 60_000
const requestMsMax = 30_000
const retryMs = 60_000
const retryMsMax = 6 * 60 * 60 * 1000
const failuresMax = 12

/** Tells sources of their people, one request a person, until nothing is due. What was taken is not told again. */
export async function sendWriteBacks(parts: WriteBackParts, signal: AbortSignal): Promise<void> {
  const { database, clock } = parts
  while (!signal.aborted) {
    const now = clock()
    const claimed = await claimWriteBack(database, { now, until: new Date(now.getTime() + leaseMs) })
    if (claimed === undefined) return
    await finish(parts, claimed, await tell(parts, claimed, signal))
  }
}

type Outcome = {
  readonly state: 'done' | 'waiting' | 'failed'
  readonly status: number | null
  readonly detail: string | null
  readonly retryAfterMs?: number | undefined
}

async function tell(parts: WriteBackParts, claimed: ClaimedWriteBack, signal: AbortSignal): Promise<Outcome> {
  const source = await getOpenedSource(parts, parts.clock(), claimed)
  const { writeBack } = source.settings
  if (writeBack?.url === undefined) return { state: 'failed', status: null, detail: 'Nothing says where to tell it' }
  // What was posted twice may be there twice: a person looks first.
  if (claimed.isUnknown && writeBack.method === 'POST')
    return {
      state: 'failed',
      status: null,
      detail: 'The process ended before the answer came; look at the source first',
    }
  const url = writeBack.url.replace('{anchor}', encodeURIComponent(claimed.anchor))
  const refused = refuseServer(source, url)
  if (refused !== undefined) return { state: 'failed', status: null, detail: refused }
  try {
    return await ask(parts, { source, writeBack, url, claimed, signal })
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    return { state: 'waiting', status: null, detail: error.message, retryAfterMs: error.retryAfterMs }
  }
}

/** The credentials of a source go to its own server, and those of a database nowhere. */
function refuseServer({ place, credentials }: OpenedSource, url: string): string | undefined {
  if (credentials === null) return undefined
  const own = 'url' in place ? new URL(place.url).origin : undefined
  if (place.kind === 'sql') return 'The credentials of a database are not sent to a server of the web'
  return own === undefined || own === new URL(url).origin
    ? undefined
    : 'The credentials of the source are for another server than that of writeBack.url'
}

type Asked = {
  readonly source: OpenedSource
  readonly writeBack: SourceWriteBackSettings
  readonly url: string
  readonly claimed: ClaimedWriteBack
  readonly signal: AbortSignal
}

async function ask(
  { outboundConnections, clock }: WriteBackParts,
  { source, writeBack, url, claimed, signal }: Asked,
): Promise<Outcome> {
  const ca = 'ca' in source.place ? source.place.ca : undefined
  const send = (call: Parameters<OutboundConnections['send']>[0]) => outboundConnections.send(call)
  const authorizer = createAuthorizer(source.credentials, { send, ca, now: () => clock().getTime() })
  const { status, headers } = await readAttempt(url, authorizer, (own) => {
    own.set('content-type', 'application/json')
    own.set('accept', 'application/json')
    const timed = AbortSignal.any([signal, AbortSignal.timeout(requestMsMax)])
    return outboundConnections.send({
      method: writeBack.method,
      url,
      headers: own,
      body: claimed.fields,
      ca,
      signal: timed,
    })
  })
  if (status >= 200 && status < 300) return { state: 'done', status, detail: null }
  const { message, retryAfterMs } = refuseStatus(url, status, headers)
  const mayPass =
    status === 401 || status === 403 || status === 408 || status === 425 || status === 429 || status >= 500
  return { state: mayPass ? 'waiting' : 'failed', status, detail: message, retryAfterMs }
}

async function finish({ database, clock }: WriteBackParts, claimed: ClaimedWriteBack, outcome: Outcome): Promise<void> {
  const now = clock()
  const isGivenUp = outcome.state === 'waiting' && claimed.failures + 1 >= failuresMax
  const state = isGivenUp ? 'failed' : outcome.state
  const wait = outcome.retryAfterMs ?? Math.min(retryMs * 2 ** claimed.failures, retryMsMax)
  const retryAt = state === 'waiting' ? new Date(now.getTime() + wait) : null
  await transaction(database, async (tx) => {
    await finishWriteBack(tx, claimed, { state, status: outcome.status, detail: outcome.detail, retryAt, now })
    if (state === 'waiting') return
    const source = await getSourceRow(tx, claimed)
    const fields: unknown = JSON.parse(claimed.fields)
    await recordSource(tx, { now, actor: systemActor, requestId: undefined }, source, {
      action: 'source.written_back',
      data: {
        name: source.name,
        anchor: claimed.anchor,
        state,
        status: outcome.status,
        fields: isJsonObject(fields) ? Object.keys(fields) : [],
      },
    })
  })
}
