import { useMemo } from 'react'
import type { RouteAnswer } from '@rollcall/admin-api'
import type { UseQueryResult } from '@tanstack/react-query'
import { useCan } from '../api/session.ts'
import { listRead } from '../ui/expressions/inspect-expression.ts'
import { useSettled } from '../ui/use-settled.ts'
import type { Kind, Mapping, ObjectRules } from './rules.ts'
import { usePosted } from './use-posted.ts'

const pauseMs = 400
const namesMax = 200

/** Attributes of both sides, and whom rules are tried on; what the rules name besides is asked for as well. */
export function useSample(
  app: string,
  {
    kind,
    ids,
    rules,
  }: { readonly kind: Kind; readonly ids: readonly string[]; readonly rules: ObjectRules | undefined },
): UseQueryResult<RouteAnswer<'sampleAppRules'>> {
  const can = useCan()
  const wanted = useMemo(
    () => [...new Set((rules?.mappings ?? []).flatMap(listNames))].sort().slice(0, namesMax),
    [rules],
  )
  const text = useSettled(JSON.stringify(wanted), pauseMs)
  const names = useMemo(() => JSON.parse(text) as string[], [text]) // written one line above
  return usePosted('sampleAppRules', app, { kind, objects: [...ids], names }, { enabled: can('apps:run') })
}

/** Names that may be no standard ones: targets, sources, and what expressions read. */
function listNames({ target, source, expression }: Mapping): readonly string[] {
  return [target, source ?? '', ...(expression === undefined ? [] : listRead(expression))].filter((name) => name !== '')
}
