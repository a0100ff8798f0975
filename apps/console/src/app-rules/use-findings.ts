import { useCan } from '../api/session.ts'
import { useSettled } from '../ui/use-settled.ts'
import { isWritten, type Finding, type Kind, type Rules } from './rules.ts'
import { usePosted } from './use-posted.ts'

const pauseMs = 500

export type Findings = {
  readonly errors: number
  readonly warnings: number
  /** Of one kind, by their place below it: `mappings[3].expression`. */
  of(kind: Kind): readonly Finding[]
}

/** What the server has to say about the rules as they are written, with the people whom it concerns. */
export function useFindings(app: string, rules: Rules): Findings {
  const can = useCan()
  const settled = useSettled(rules, pauseMs)
  const { data } = usePosted(
    'checkAppRules',
    app,
    { rules: settled },
    { enabled: can('apps:read') && isWritten(settled) },
  )
  return {
    errors: data?.errors ?? 0,
    warnings: data?.warnings ?? 0,
    of: (kind) => (data?.findings ?? []).filter(({ field }) => field.startsWith(kind === 'user' ? 'users.' : 'teams.')),
  }
}

/** Those of the mapping at a place of the document. */
export function findingsOf(findings: readonly Finding[], index: number): readonly Finding[] {
  return index < 0 ? [] : findings.filter(({ field }) => field.includes(`.mappings[${index}].`))
}
