import { Button, SegmentedControl, Select } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePages, type EntryOf } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { EmptyState, NothingFound } from '../ui/empty-state.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { CancelDialog } from './cancel-dialog.tsx'
import { UpcomingEntry } from './upcoming-entry.tsx'
import { upcomingKinds, upcomingStates } from './routes.ts'
import styles from './upcoming.module.css'

const route = getRouteApi('/$organization/upcoming')

export type Upcoming = EntryOf<'listUpcoming'>

/** Who comes, moves and leaves, day by day, whatever source says so. */
export function UpcomingPage() {
  const { t } = useTranslation('upcoming')
  const { organization } = route.useParams()
  const { kind, state = 'waiting' } = route.useSearch()
  const navigate = route.useNavigate()
  const query = { state, ...(kind !== undefined && { kind }) }
  return (
    <Page>
      <PageHeader
        title={t('title')}
        lead={t('lead')}
        source={{
          route: 'listUpcoming',
          params: { organization },
          query,
          cli: `source upcoming all --organization ${organization}`,
        }}
      />
      <div className={styles.tools}>
        <SegmentedControl
          aria-label={t('stateLabel')}
          data={upcomingStates.map((value) => ({ value, label: t(`state.${value}`) }))}
          value={state}
          onChange={(value) => {
            const next = upcomingStates.find((each) => each === value)
            void navigate({ search: (before) => ({ ...before, state: next === 'waiting' ? undefined : next }) })
          }}
        />
        <Select
          aria-label={t('kindLabel')}
          placeholder={t('all')}
          clearable
          data={upcomingKinds.map((value) => ({ value, label: t(`kind.${value}`) }))}
          value={kind ?? null}
          onChange={(value) =>
            void navigate({
              search: (before) => ({ ...before, kind: upcomingKinds.find((each) => each === value) }),
              replace: true,
            })
          }
        />
      </div>
      <Calendar query={query} onClear={() => void navigate({ search: {}, replace: true })} />
    </Page>
  )
}

type CalendarProps = {
  readonly query: { readonly state: (typeof upcomingStates)[number]; readonly kind?: Upcoming['kind'] }
  onClear(): void
}

function Calendar({ query, onClear }: CalendarProps) {
  const { t } = useTranslation('upcoming')
  const [asked, ask] = useState<Upcoming>()
  const { rows, query: pages } = usePages('listUpcoming', { query })
  const days = useDays(rows)
  if (pages.isPending) return <Skeletons />
  if (pages.isError) return <ErrorBlock error={pages.error} onRetry={() => void pages.refetch()} />
  if (rows.length === 0)
    return query.kind === undefined && query.state === 'waiting' ? (
      <EmptyState icon="calendar" title={t('empty.title')}>
        {t('empty.text')}
      </EmptyState>
    ) : (
      <NothingFound title={t('empty.filtered')} clear={t('empty.clear')} onClear={onClear} />
    )
  return (
    <>
      {days.map(({ day, entries }) => (
        <section key={day} className={styles.day} aria-label={day}>
          <h2>{day}</h2>
          <ul>
            {entries.map((entry) => (
              <UpcomingEntry
                key={entry.sourceId + entry.anchor + entry.kind}
                entry={entry}
                onCancel={() => ask(entry)}
              />
            ))}
          </ul>
        </section>
      ))}
      {pages.hasNextPage && (
        <div>
          <Button loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            {t('more')}
          </Button>
        </div>
      )}
      <CancelDialog entry={asked} onClose={() => ask(undefined)} />
    </>
  )
}

/** In the order of the list, which is that of time. */
function useDays(rows: readonly Upcoming[]) {
  const formats = useFormats()
  return useMemo(
    () => [...Map.groupBy(rows, ({ at }) => formats.date(at))].map(([day, entries]) => ({ day, entries })),
    [rows, formats],
  )
}
