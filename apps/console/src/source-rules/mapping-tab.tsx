import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import type { Source } from '../sources/states.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { firstRules, newMapping, type Rules } from './rules.ts'
import { RulesEditor } from './rules-editor.tsx'
import { suggestRules } from './suggest-rules.ts'
import { useRulesDraft, useSamples } from './use-rules.ts'

/** How records become people: a draft that is published, versions that never change. */
export function MappingTab({ source }: { readonly source: Source }) {
  const number = source.draftRevision ?? source.liveRevision
  const { data, error, isPending, refetch } = useRoute(
    'getSourceRules',
    { params: { source: source.id }, query: { revision: String(number) } },
    { enabled: number !== null },
  )
  if (error !== null) return <ErrorBlock error={error} onRetry={() => void refetch()} />
  if (isPending && number !== null) return <Skeletons />
  return <Draft key={data?.revision ?? 0} source={source} saved={data?.rules} />
}

function Draft({ source, saved }: { readonly source: Source; readonly saved: Rules | undefined }) {
  const draft = useRulesDraft(saved)
  const { rules } = draft
  if (rules === undefined) return <Beginning source={source} onBegin={draft.set} />
  return <RulesEditor source={source} draft={{ ...draft, rules }} />
}

type BeginningProps = { readonly source: Source; onBegin(rules: Rules): void }

/** No rules yet: what the columns suggest, or an empty sheet. */
function Beginning({ source, onBegin }: BeginningProps) {
  const { t } = useTranslation('sourceRules')
  const formats = useFormats()
  const can = useCan()
  const { columns, samples, isPending } = useSamples(source, '')
  if (isPending) return <Skeletons />
  const suggested = suggestRules(
    columns,
    samples.map(({ values }) => values),
  )
  const empty = (): void =>
    onBegin({ ...firstRules, anchor: columns[0] ?? 'id', mappings: [newMapping('userName', columns[0] ?? 'id')] })
  if (!can('sources:manage')) return <EmptyState icon="edit" title={t('begin.none')} />
  return (
    <EmptyState
      icon="edit"
      title={t('begin.title')}
      actions={
        <>
          {suggested !== undefined && (
            <Button variant="filled" onClick={() => onBegin(suggested)}>
              {t('begin.suggested')}
            </Button>
          )}
          <Button onClick={empty}>{t('begin.empty')}</Button>
        </>
      }
    >
      {suggested === undefined
        ? t('begin.text')
        : t('begin.suggestedText', {
            count: suggested.mappings.length,
            number: formats.number(suggested.mappings.length),
            anchor: suggested.anchor,
          })}
    </EmptyState>
  )
}
