import type { Evaluated } from '../evaluated.ts'
import type { LogDetail } from '../log/log-row.ts'
import { redactDetail } from '../log/redact-detail.ts'

/** What may be shown of a trace: values that Redact() hides stand nowhere, nor does what has the shape of a secret. */
export function redactTrace(detail: LogDetail, { redactedPaths, creating, desired }: Evaluated): LogDetail {
  const values = redactedPaths.flatMap((path) => [creating[path], desired[path]])
  return redactDetail(
    detail,
    redactedPaths,
    values.filter((value) => value !== undefined),
  )
}
