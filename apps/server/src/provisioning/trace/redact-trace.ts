import type { TargetValue } from '@rollcall/expressions'
import type { Evaluated } from '../evaluated.ts'
import type { LogDetail } from '../log/log-row.ts'
import { redactDetail } from '../log/redact-detail.ts'

/** What may be shown of a trace: values that Redact() hides stand nowhere, nor does what has the shape of a secret. */
export function redactTrace(detail: LogDetail, evaluated: Evaluated): LogDetail {
  return redactDetail(detail, evaluated.redactedPaths, redactedValuesOf(evaluated))
}

/** What Redact() hides, as it is now. */
export function redactedValuesOf({ redactedPaths, creating, desired }: Evaluated): readonly TargetValue[] {
  return redactedPaths.flatMap((path) => [creating[path], desired[path]]).filter((value) => value !== undefined)
}
