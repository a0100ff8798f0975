import { useMemo, useState } from 'react'
import { listChanged, type Rules } from './rules.ts'

export type RulesDraft = {
  readonly rules: Rules
  readonly saved: Rules
  readonly changed: readonly string[]
  set(rules: Rules): void
  discard(): void
}

/** The rules as somebody is writing them, beside those that are saved. */
export function useRulesDraft(saved: Rules): RulesDraft {
  const [written, setWritten] = useState<Rules>()
  const rules = written ?? saved
  const changed = useMemo(() => listChanged(saved, rules), [saved, rules])
  return { rules, saved, changed, set: setWritten, discard: () => setWritten(undefined) }
}
