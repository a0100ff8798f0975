import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, usePages, useRoute, type EntryOf } from '../api/queries.ts'
import type { Source } from '../sources/states.tsx'
import { DiffTable } from '../ui/diff-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Section } from '../ui/page.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { Time } from '../ui/time.tsx'
import { showToast } from '../ui/toast.ts'
import styles from './source-rules.module.css'

type Revision = EntryOf<'listSourceRevisions'>
type HistoryProps = { readonly source: Source; readonly isReadOnly: boolean }

const tones = { live: 'good', draft: 'info', past: 'quiet' } as const
const stale = ['getSource', 'listSourceRevisions', 'compareSourceRules'] as const

/** All versions: what each changed, who made it, and the way back. */
export function HistoryPart({ source, isReadOnly }: HistoryProps) {
  const { t } = useTranslation('rules')
  const { rows, query } = usePages('listSourceRevisions', { params: { source: source.id } })
  if (query.isPending) return <Skeletons />
  if (query.isError) return <ErrorBlock error={query.error} onRetry={() => void query.refetch()} />
  if (rows.length === 0)
    return (
      <EmptyState icon="clock" title={t('history.none')}>
        {t('history.noneText')}
      </EmptyState>
    )
  return (
    <>
      {rows.map((revision, index) => (
        <RevisionEntry
          key={revision.revision}
          source={source}
          revision={revision}
          before={rows[index + 1]}
          isReadOnly={isReadOnly}
        />
      ))}
      {query.hasNextPage && (
        <Button onClick={() => void query.fetchNextPage()} loading={query.isFetchingNextPage}>
          {t('more')}
        </Button>
      )}
    </>
  )
}

type EntryProps = HistoryProps & { readonly revision: Revision; readonly before: Revision | undefined }

function RevisionEntry({ source, revision, before, isReadOnly }: EntryProps) {
  const { t } = useTranslation('rules')
  const [isOpen, setOpen] = useState(false)
  const restore = useChange('restoreSourceRules', { stale })
  const { revision: number, state, note, createdBy, createdAt } = revision
  const restoreNow = (): void =>
    restore.mutate(
      { params: { source: source.id }, body: { revision: number } },
      { onSuccess: () => showToast({ tone: 'good', text: t('history.restored', { revision: number }) }) },
    )
  return (
    <Section
      title={t('revision', { revision: number })}
      actions={
        <>
          {before !== undefined && (
            <Button size="xs" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
              {isOpen ? t('history.hide') : t('history.compare', { revision: before.revision })}
            </Button>
          )}
          {!isReadOnly && state === 'past' && (
            <Button size="xs" loading={restore.isPending} onClick={restoreNow}>
              {t('history.restore')}
            </Button>
          )}
        </>
      }
    >
      <p className={styles.revision}>
        <StateChip tone={tones[state]}>{t(`revisionState.${state}`)}</StateChip>
        <span>{createdBy}</span>
        <Time at={createdAt} />
        {note !== null && <span className={styles.quiet}>{note}</span>}
      </p>
      {restore.isError && <ErrorBlock error={restore.error} />}
      {isOpen && before !== undefined && (
        <RuleChanges source={source} from={String(before.revision)} to={String(number)} />
      )}
    </Section>
  )
}

type RuleChangesProps = { readonly source: Source; readonly from: string; readonly to: string }

/** What differs between two versions. */
export function RuleChanges({ source, from, to }: RuleChangesProps) {
  const { t } = useTranslation('rules')
  const query = { from, to } as const
  const { data, error, refetch } = useRoute('compareSourceRules', { params: { source: source.id }, query })
  if (error !== null) return <ErrorBlock error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeletons />
  if (data.changes.length === 0) return <p className={styles.quiet}>{t('history.same')}</p>
  return (
    <DiffTable
      label={t('history.compare', { revision: from })}
      rows={data.changes.map(({ field, before, after }) => ({ path: field, before, after }))}
    />
  )
}
