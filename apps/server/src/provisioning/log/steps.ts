import type { LogAction, LogDetail, LogRow, LogStatus, LogStep, LogStepName } from './log-row.ts'

/** In their order, as Microsoft Graph names them. */
export const stepNames = [
  'import',
  'scoping',
  'matching',
  'processing',
  'referenceResolution',
  'export',
] as const satisfies readonly LogStepName[]

/** Reasons that end an object before it is sent, by the step that they belong to; all others are about sending. */
const reasonsOfSteps: { readonly [name in LogStepName]?: readonly string[] } = {
  scoping: [
    'NotAssigned',
    'OutOfScope',
    'SourceDisabled',
    'SourceDeleted',
    'SourcePurged',
    'NeverCreated',
    'LeftAlone',
    'Ignored',
    'ScopeDataInvalid',
    'GroupsNotSupported',
  ],
  matching: [
    'MatchingValueMissing',
    'Ambiguous',
    'AlreadyLinked',
    'InvisibleConflict',
    'AdoptionNeedsApproval',
    'AdoptionRefused',
    'CreateNotAllowed',
    'FilterNotSupported',
    'FilterIgnored',
  ],
  processing: [
    'NoChange',
    'ExpressionFailed',
    'RequiredValueMissing',
    'BadType',
    'NotUnique',
    'NoDisable',
    'UpdateNotAllowed',
    'DeleteNotAllowed',
    'HeldDisables',
    'HeldDeletes',
    'HeldMemberRemovals',
    'HeldClears',
    'Rejected',
    'PlanNeeded',
    'EngineFault',
  ],
  referenceResolution: ['ReferenceWaits', 'ReferenceOutOfScope', 'MemberWaits', 'GroupWaits'],
}

const stepOfReason: ReadonlyMap<string, LogStepName> = new Map(
  stepNames.flatMap((name) => (reasonsOfSteps[name] ?? []).map((reason) => [reason, name] as const)),
)

type Told = Pick<LogRow, 'action' | 'status' | 'httpStatus' | 'objectId'> & {
  readonly reason: string
  readonly meaning: string | undefined
  readonly detail: LogDetail
}

/**
 * The steps of an entry that was written without them: what was done says which it went through, and its reason where it
 * ended. So the log of millions of operations need not repeat what follows from them.
 */
export function toSteps(entry: Told): readonly LogStep[] {
  const { detail, objectId, reason, status, meaning } = entry
  if (detail.steps !== undefined) return detail.steps
  if (objectId === null) return []
  const last = stepOfReason.get(reason) ?? 'export'
  const message = detail.message ?? meaning ?? reason
  const end: LogStep = { name: last, status, message, detail: { reason, ...describeEnd(entry, last) } }
  return [...passed(entry, last), end]
}

/** Whether anything has to be resolved, an entry does not tell: that step stands in it only where it ended there. */
function passed(entry: Told, last: LogStepName): readonly LogStep[] {
  const steps: readonly LogStep[] = [
    toPassed('import', 'The object was read from the directory'),
    toPassed('scoping', isLeaving(entry.action) ? 'No account is wanted any more' : 'The object is in scope'),
    toPassed('matching', matched[entry.action] ?? 'The account is linked'),
    toPassed('processing', describeProcessing(entry.detail)),
  ]
  return steps.filter(({ name }) => stepNames.indexOf(name) < stepNames.indexOf(last))
}

function toPassed(name: LogStepName, message: string): LogStep {
  const status: LogStatus = 'success'
  return { name, status, message }
}

const matched: { readonly [action in LogAction]?: string } = {
  create: 'No account matched',
  adopt: 'One account matched',
}

function isLeaving(action: LogAction): boolean {
  return action === 'disable' || action === 'delete' || action === 'unlink'
}

function describeProcessing({ modified = [], members }: LogDetail): string {
  if (members !== undefined) return `${members.added.length} members come, ${members.removed.length} go`
  if (modified.length === 0) return 'The mappings were evaluated'
  return modified.length === 1 ? 'One attribute differs' : `${modified.length} attributes differ`
}

function describeEnd({ httpStatus, detail }: Told, last: LogStepName) {
  return {
    ...(last === 'export' && httpStatus !== null && { httpStatus }),
    ...(detail.attribute !== undefined && { attribute: detail.attribute }),
  }
}
