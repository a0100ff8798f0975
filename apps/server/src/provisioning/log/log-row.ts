import type { JsonObject } from '@rollcall/scim'
import type { TargetValue } from '@rollcall/expressions'
import type { ObjectKind, ObjectRef } from '../object.ts'
import type { ReasonCode } from '../reasons.ts'
import type { Exchange } from '../targets/target.ts'

/** What was attempted. */
export type LogAction =
  | 'create'
  | 'adopt'
  | 'update'
  | 'disable'
  | 'enable'
  | 'delete'
  | 'unlink'
  | 'addMembers'
  | 'removeMembers'
  | 'skip'
  | 'hold'
  | 'health'

/** As Microsoft Graph calls what came of it. */
export type LogStatus = 'success' | 'failure' | 'skipped' | 'warning'

/** What led to it. */
export type LogInitiator = 'schedule' | 'change' | 'person' | 'time' | 'reconciliation'

/** The steps of one object, in their order; the names are those of Microsoft Graph. */
export type LogStepName = 'import' | 'scoping' | 'matching' | 'processing' | 'referenceResolution' | 'export'

export type LogStep = {
  readonly name: LogStepName
  readonly status: LogStatus
  /** For people, in one sentence. */
  readonly message: string
  /** What was looked at: clauses with their values, queries, candidates. */
  readonly detail?: JsonObject
}

/** An attribute in the app as it was sent before and as it is sent now; null: nothing. */
export type ModifiedProperty = {
  readonly name: string
  readonly before: TargetValue
  readonly after: TargetValue
}

export type LogDetail = {
  /** How people call the object here and there. */
  readonly sourceName?: string
  readonly targetName?: string
  /** What went wrong, for people. */
  readonly message?: string
  /** The attribute at fault. */
  readonly attribute?: string
  readonly modified?: readonly ModifiedProperty[]
  readonly steps?: readonly LogStep[]
  readonly exchanges?: readonly Exchange[]
  /** Members that came and went. */
  readonly members?: { readonly added: readonly ObjectRef[]; readonly removed: readonly ObjectRef[] }
}

/** One attempted operation; a skip only when something changed. */
export type LogRow = {
  readonly organizationId: string
  readonly at: Date
  readonly appId: string
  readonly cycleId: string | null
  readonly objectKind: ObjectKind
  /** Null: about the app as a whole. */
  readonly objectId: string | null
  readonly action: LogAction
  readonly status: LogStatus
  readonly reason: ReasonCode
  readonly httpStatus: number | null
  readonly durationMs: number | null
  readonly initiator: LogInitiator
  readonly targetKey: string | null
  readonly detail: LogDetail | null
  /** Attributes in the app whose values never stand in the log: their mappings say Redact(). */
  readonly redactedPaths?: readonly string[]
  /** Their values now, so that they are found where the log tells no change of them: in a request that repeats them. */
  readonly redactedValues?: readonly TargetValue[]
}
