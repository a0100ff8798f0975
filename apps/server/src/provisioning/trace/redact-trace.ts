import type { TargetValue } from '@rollcall/expressions'
import type { Evaluated } from '../evaluated.ts'
import type { LogDetail, ModifiedProperty } from '../log/log-row.ts'
import { holdsNoSecret, redactDetail } from '../log/redact-detail.ts'

/** What may be shown of a trace: values that Redact() hides stand nowhere, nor does what has the shape of a secret. */
export function redactTrace(detail: LogDetail, evaluated: Evaluated): LogDetail {
  return redactDetail(detail, evaluated.redactedPaths, redactedValuesOf(evaluated))
}

/** The same of attributes that change, as text: most have nothing to hide, which is seen in their text much faster. */
export function printModified(modified: readonly ModifiedProperty[], evaluated: Evaluated): string {
  const text = JSON.stringify(modified)
  if (evaluated.redactedPaths.length === 0 && holdsNoSecret(text)) return text
  return JSON.stringify(redactTrace({ modified }, evaluated).modified ?? [])
}

/** What Redact() hides, as it is now. */
export function redactedValuesOf({ redactedPaths, creating, desired }: Evaluated): readonly TargetValue[] {
  return redactedPaths.flatMap((path) => [creating[path], desired[path]]).filter((value) => value !== undefined)
}
