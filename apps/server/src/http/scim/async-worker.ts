import { ScimError, scimError, toErrorMessage, type JsonObject } from '@rollcall/scim'
import {
  createServiceProvider,
  listCompletions,
  type Completion,
  type Exchange,
  type Storage,
} from '@rollcall/scim/server'
import { lookUpKeyById } from '../../access/look-up.ts'
import { parsePublicUrl } from '../../config/public-url.ts'
import { attemptingEach } from '../../directory/attempting-storage.ts'
import type { DirectoryContext, DirectoryParts } from '../../directory/directory-context.ts'
import {
  finishAsyncRequest,
  holdAsyncRequest,
  refuseAsyncRequest,
  refuseDeadly,
  retryAsyncRequest,
  takeAsyncRequest,
  type AsyncRequest,
} from '../../events/async-requests.ts'
import type { Parts } from '../../parts.ts'
import { RequestContext } from '../request-context.ts'
import { admit, toRefusalError } from './admission.ts'
import { logExchange } from './endpoint.ts'
import { limitStorage } from './limited-storage.ts'
import { permit, refuseByPlan } from './permit.ts'
import { toScimContext, toScimStorage, type ScimContext, type ScimParts } from './scim-context.ts'
import { createEndpointCache } from './service-settings.ts'

export type AsyncWorker = {
  /** Does the requests that are due, until none is or the signal asks to stop. */
  workOff(signal: AbortSignal): Promise<void>
}

type WorkerParts = Parts & Pick<ScimParts, 'requestLog' | 'storage'>

type Worker = {
  readonly parts: WorkerParts
  readonly storage: Storage<ScimContext>
  readonly transact: NonNullable<Storage<DirectoryContext>['transaction']>
  readonly endpoints: ReturnType<typeof createEndpointCache>
}

/** Another worker has the request, or has done it. */
class Taken extends Error {}

/**
 * Does what clients asked to be done behind their backs (RFC 9967 §2.5.1). Everything that a request changes, its
 * completions and its end are one transaction: it happens once, whatever crashes in between.
 */
export function createAsyncWorker(parts: WorkerParts, directory: DirectoryParts): AsyncWorker {
  const transaction = parts.storage.transaction?.bind(parts.storage)
  if (transaction === undefined) throw new Error('Asynchronous requests need a store with transactions')
  const worker: Worker = {
    parts,
    storage: limitStorage(toScimStorage(attemptingEach(directory, parts.storage)), parts.database),
    transact: transaction,
    endpoints: createEndpointCache(parts),
  }
  return {
    workOff: async (signal) => {
      while (!signal.aborted) {
        const request = await takeAsyncRequest(parts, parts.clock())
        if (request === undefined) return
        await work(worker, request)
      }
    },
  }
}

async function work(worker: Worker, request: AsyncRequest): Promise<void> {
  const { parts } = worker
  const web = toWeb(parts, request)
  let done: Done | undefined
  try {
    refuseDeadly(request)
    const context = await toContext(worker, request, web)
    done = await perform(worker, request, context)
    logExchange(parts, done.exchange, context)
  } catch (error) {
    if (error instanceof Taken) return
    await settle(worker, request, { error, web })
  }
}

type Done = { readonly exchange: Exchange; readonly completions: readonly Completion[] }

/** Whoever asked must still be allowed in: his key, his connection, the plan. */
async function toContext(worker: Worker, request: AsyncRequest, web: RequestContext): Promise<ScimContext> {
  const { parts } = worker
  // An access token that has ended since was good when the request was taken.
  const authentication = await lookUpKeyById(parts.database, request, request.createdAt)
  if (authentication.kind === 'refused') throw toRefusalError(authentication)
  const client = request.headers['user-agent'] ?? null
  const admission = admit(authentication.principal, { slug: undefined, client })
  if (admission.kind === 'refused') throw admission.error
  const { principal, connection } = admission
  if (connection.id !== request.connectionId)
    throw scimError('forbidden', 'The key speaks for another connection now than when it asked')
  const endpoint = await worker.endpoints.find(principal, connection, web.mountUrl)
  const lacking = refuseByPlan(endpoint.plan, 'scim', web.baseUrl)
  if (lacking !== undefined) throw lacking
  web.organization = principal.organizationSlug
  web.actor = principal.actor
  const now = parts.clock()
  const startedMs = performance.now()
  return toScimContext({ principal, connection, endpoint, web, request: toRequest(request), startedMs, now })
}

/** The request, its completions and its end as one transaction. */
function perform(worker: Worker, request: AsyncRequest, context: ScimContext): Promise<Done> {
  return worker.transact(context, async (inner) => {
    const { tx } = inner
    if (tx === undefined || !(await holdAsyncRequest(tx, request))) throw new Taken()
    const done = await serve(worker, request, { ...context, ...inner })
    await finishAsyncRequest(tx, request, {
      at: context.now,
      executedAs: context.requestId,
      completions: done.completions,
    })
    return done
  })
}

/** Throws whatever the request as a whole is refused with, so that nothing of it stays. */
async function serve(worker: Worker, request: AsyncRequest, context: ScimContext): Promise<Done> {
  let exchange: Exchange | undefined
  const provider = createServiceProvider<ScimContext>({
    storage: worker.storage,
    authenticate: () => context,
    settings: () => context.endpoint.service,
    findSubject: ({ principal }) =>
      principal.userScimId === undefined ? undefined : { type: 'User', id: principal.userScimId },
    authorize: permit,
    onExchange: (made) => {
      exchange = made
    },
    nowMs: () => context.now.getTime(),
  })
  const settings = context.endpoint.service
  const answer = await provider.serve(toRequest(request), { path: request.path, context, settings })
  await answer.body?.cancel()
  if (exchange === undefined) throw new Error('The service provider told of no exchange')
  if (exchange.error !== undefined) throw causeOf(exchange.error)
  const { baseUrl } = settings
  const completions = listCompletions({ exchange, headers: answer.headers, baseUrl, body: request.body })
  // A failure of ours inside of a bulk request: all of it is tried again.
  if (completions.some(({ payload }) => isOurFault(payload))) throw new Error('An operation failed inside the server')
  return { exchange, completions }
}

/** What broke the transaction must be seen by it, so that a deadlock is tried again. */
function causeOf(error: ScimError): unknown {
  return error.status >= 500 && error.cause instanceof Error ? error.cause : error
}

function isOurFault({ status }: JsonObject): boolean {
  return status === '500' || status === '503'
}

/** A refusal is how the request ended; a failure of ours is tried again, and told in the end. */
async function settle(
  { parts }: Worker,
  request: AsyncRequest,
  { error, web }: { readonly error: unknown; readonly web: RequestContext },
): Promise<void> {
  const isFinal = error instanceof ScimError && error.status < 500
  const now = parts.clock()
  if (!isFinal) {
    web.logger.warn({ err: error, txn: request.id }, 'An asynchronous SCIM request failed')
    if (await retryAsyncRequest(parts.database, request, now)) return
  }
  const response = toErrorMessage(error)
  const payload = { method: request.method, status: response.status, response }
  const uri = request.path.split('?', 1)[0] ?? '/'
  const completions = [{ index: undefined, uri, payload }]
  await refuseAsyncRequest(parts.database, request, { at: now, executedAs: web.requestId, completions })
}

function toRequest({ baseUrl, prefix, path, method, headers, body }: AsyncRequest): Request {
  return new Request(baseUrl + prefix + path, { method, headers, body })
}

/** A request of its own, as it would stand at the door now. */
function toWeb({ logger, clock }: WorkerParts, request: AsyncRequest): RequestContext {
  const web = new RequestContext({
    request: toRequest(request),
    connection: { incoming: { socket: { remoteAddress: request.ip } }, outgoing: { setHeader: () => undefined } },
    arrivedAt: clock(),
    publicUrl: parsePublicUrl(request.baseUrl),
    isPublicUrlSet: true,
    proxyHops: 0,
    logger,
  })
  web.prefix = request.prefix
  web.path = request.path.split('?', 1)[0] ?? ''
  web.route = request.prefix
  return web
}
