import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { call } from '../api/call.ts'
import { useOrganizationSlug, useRoute } from '../api/queries.ts'
import type { Sample } from '../ui/expressions/try-rule.ts'
import { useSourceTest } from '../source-setup/use-source-test.ts'
import { useSettled } from '../ui/use-settled.ts'
import { isWritten, listChanged, type Finding, type Rules } from './rules.ts'

const pauseMs = 500
const freshMs = 30_000

export type RulesDraft = {
  readonly rules: Rules
  readonly changed: readonly string[]
  set(rules: Rules): void
  discard(): void
}

/** The rules as somebody is writing them, beside those that are saved; undefined: nobody has begun. */
export function useRulesDraft(saved: Rules | undefined) {
  const [written, set] = useState<Rules>()
  const rules = written ?? saved
  const changed = useMemo(
    () => (written === undefined || rules === undefined ? [] : listChanged(saved, rules)),
    [saved, rules, written],
  )
  return { rules, changed, set, discard: () => set(undefined) }
}

/** What the server has to say about the rules as they are written. */
export function useFindings(source: string, rules: Rules): readonly Finding[] {
  const settled = useSettled(rules, pauseMs)
  const params = { organization: useOrganizationSlug(), source }
  const { data } = useQuery({
    queryKey: ['checkSourceRules', params, settled],
    queryFn: ({ signal }) => call('checkSourceRules', { params, body: { rules: settled } }, { signal }),
    staleTime: freshMs,
    placeholderData: keepPreviousData,
    retry: false,
    enabled: isWritten(settled),
  })
  return data?.findings ?? []
}

/** Columns and records on which rules are tried: what the source shows now, else what it said last. */
export function useSamples(source: { readonly id: string; readonly place: { readonly kind: string } }, anchor: string) {
  const test = useSourceTest(source.id, { enabled: source.place.kind !== 'upload' })
  const records = test.data?.sample.filter((entry) => entry.attributes !== null) ?? []
  const isSilent = !test.isFetching && records.length === 0
  const { data: known } = useRoute(
    'listSourceRecords',
    { params: { source: source.id }, query: { limit: 1 } },
    { enabled: isSilent },
  )
  const first = known?.data[0]?.anchor
  const { data: last } = useRoute(
    'getSourceRecord',
    { params: { source: source.id, anchor: first ?? '' } },
    { enabled: isSilent && first !== undefined },
  )
  return useMemo(() => {
    const all = test.data?.sample.filter((entry) => entry.attributes !== null) ?? []
    const samples = all.map((entry): Sample => toSample(entry.attributes ?? {}, { anchor, id: entry.place }))
    const own = samples.length > 0 || last === undefined ? samples : [toSample(last.raw, { anchor, id: last.anchor })]
    const columns = new Set([...(test.data?.columns ?? []), ...own.flatMap(({ values }) => Object.keys(values))])
    return { columns: [...columns], samples: own, isPending: test.isLoading, test: test.data }
  }, [test.data, test.isLoading, last, anchor])
}

function toSample(
  values: Readonly<Record<string, unknown>>,
  of: { readonly anchor: string; readonly id: string },
): Sample {
  const named = values[of.anchor]
  return { id: of.id, name: typeof named === 'string' || typeof named === 'number' ? String(named) : null, values }
}
