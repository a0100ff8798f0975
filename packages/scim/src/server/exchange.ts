import type { ScimError } from '../errors.ts'
import type { JsonObject } from '../json.ts'
import type { Leniency } from '../profile/leniencies.ts'
import type { AttributeChange, MemberStep } from '../resource/draft.ts'
import type { Registry } from '../schema/registry.ts'
import type { Answer } from './answer.ts'
import type { Trace } from './call.ts'
import { mayNameSecret, redact } from './redact.ts'

/** One request and its answer, for a request log. Bodies are written out only when asked for. */
export type Exchange = {
  readonly method: string
  /** Below the base URL, with its query, as it was sent. */
  readonly path: string
  /** Name of the resource type; undefined for root search, bulk and discovery. */
  readonly type: string | undefined
  readonly resourceId: string | undefined
  readonly externalId: string | undefined
  readonly status: number
  readonly scimType: string | undefined
  /** What was thrown; its `cause` is the failure behind a 500. */
  readonly error: ScimError | undefined
  readonly durationMs: number
  /** Leniencies of the profile that this request needed, each with the place where it was first needed. */
  readonly rules: ReadonlyMap<Leniency, string | undefined>
  readonly changes: readonly AttributeChange[]
  readonly members: readonly MemberStep[]
  /** Operations of a bulk request; 0 for anything else. */
  readonly operations: number
  /** Texts of the results of a bulk request by position, undefined where an operation was left undone; undefined for anything else. */
  readonly bulkResults: readonly (string | undefined)[] | undefined
  /** At most `charactersMax` of the request's body, writeOnly values as "***"; undefined without a body. */
  requestBody(charactersMax: number): string | undefined
  /** At most `charactersMax` of the answer's body; undefined when there is none or when it was streamed. */
  responseBody(charactersMax: number): string | undefined
}

/** What an exchange is made of when the answer is ready. */
export type ExchangeInput = {
  readonly method: string
  readonly path: string
  readonly trace: Trace
  readonly answer: Answer
  readonly error: ScimError | undefined
  readonly durationMs: number
  readonly registry: Registry | undefined
}

const noRules: Exchange['rules'] = new Map()

/** Tells a finished exchange; nothing is copied or serialised here. */
export function toExchange(input: ExchangeInput): Exchange {
  const { trace, answer, error } = input
  return {
    method: input.method,
    path: input.path,
    type: trace.type,
    resourceId: trace.resourceId,
    externalId: trace.externalId,
    status: answer.status,
    scimType: error?.scimType,
    error,
    durationMs: input.durationMs,
    rules: trace.tolerance?.fired ?? noRules,
    // A refused request changed nothing, whatever it had computed before.
    changes: error === undefined ? trace.changes : [],
    members: error === undefined ? trace.members : [],
    operations: trace.operations,
    bulkResults: trace.bulkResults,
    requestBody(charactersMax) {
      if (trace.body !== undefined && input.registry !== undefined)
        return toBodyText(trace.body, trace.bodyText, { registry: input.registry, charactersMax })
      // What could not be parsed could not be redacted either.
      return trace.bodyCharacters === 0 ? undefined : `(${trace.bodyCharacters} characters that are no JSON object)`
    },
    responseBody(charactersMax) {
      return typeof answer.body === 'string' ? answer.body.slice(0, charactersMax) : undefined
    },
  }
}

/** What holds no secret is told as it was sent; writing it anew is a twentieth of the work of a POST. */
function toBodyText(
  body: JsonObject,
  sent: string | undefined,
  { registry, charactersMax }: { readonly registry: Registry; readonly charactersMax: number },
): string {
  const isFit = sent !== undefined && sent.length <= charactersMax && !mayNameSecret(sent, registry)
  return isFit ? sent : redact(body, registry, charactersMax)
}
