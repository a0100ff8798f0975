import { apiError, limits } from '@rollcall/admin-api'
import { claimKey, keepAnswer, releaseKey, type IdempotencyKey } from '../../access/idempotency.ts'
import type { Frame } from '../../live/hub.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { AdminParts } from './call-context.ts'
import { fieldError, invalid } from './parse-request.ts'

export type Answer = {
  readonly status: number
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  /** Text that is made while it is sent; only of what may be asked again without harm. */
  readonly pieces?: AsyncIterable<string>
  /** Instead of the body: an answer that goes on. */
  readonly frames?: AsyncIterable<Frame>
}

export type IdempotentWork = {
  readonly key: IdempotencyKey
  /** Method, path and body: all that makes the request what it is. */
  readonly content: string
  readonly now: Date
  readonly logger: Logger
  run(): Promise<Answer>
}

const shape = new RegExp(`^[\\x21-\\x7e]{1,${limits.idempotencyKeyCharactersMax}}$`)

/** The header's value; undefined when there is none (draft-ietf-httpapi-idempotency-key-header §2: a quoted string). */
export function parseIdempotencyKey(header: string | null): string | undefined {
  if (header === null) return undefined
  const key = /^"(.*)"$/.exec(header)?.[1] ?? header
  if (shape.test(key)) return key
  const detail = `1 to ${limits.idempotencyKeyCharactersMax} visible ASCII characters are wanted`
  throw invalid([fieldError('header', 'Idempotency-Key', 'wrongFormat', detail)])
}

/** The first request runs, its repetitions get the same answer. A refused request changed nothing and may be repeated. */
export async function runOnce(parts: AdminParts, work: IdempotentWork): Promise<Answer> {
  const claim = await claimKey(parts, work.key, work)
  switch (claim.kind) {
    case 'claimed':
      return runClaimed(parts, work)
    case 'replay':
      return { ...claim.answer, headers: { ...claim.answer.headers, 'idempotency-replayed': 'true' } }
    case 'inFlight':
      throw apiError('idempotencyInFlight', 'The first request with this Idempotency-Key is still running', {
        headers: { 'retry-after': '1' },
      })
    case 'otherRequest':
      throw apiError('idempotencyMismatch', 'This Idempotency-Key was used for a request with another path or body')
    default:
      return claim satisfies never
  }
}

async function runClaimed(parts: AdminParts, work: IdempotentWork): Promise<Answer> {
  let answer: Answer
  try {
    answer = await work.run()
  } catch (error) {
    await releaseKey(parts, work.key).catch((cause: unknown) =>
      work.logger.warn({ err: cause }, 'An Idempotency-Key could not be freed'),
    )
    throw error
  }
  // What was asked for is done: the client must hear of it, whether or not a repetition could.
  await keepAnswer(parts, work.key, answer).catch((cause: unknown) =>
    work.logger.warn({ err: cause }, 'The answer to an idempotent request could not be kept'),
  )
  return answer
}
