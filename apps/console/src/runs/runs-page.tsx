import { Select } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { usePolling } from '../api/live.ts'
import { usePages, type EntryOf } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Time } from '../ui/time.tsx'
import { runStates } from './routes.ts'
import { RunPanel } from './run-panel.tsx'
import { RunState } from './run-state.tsx'
import styles from './runs.module.css'

type Run = EntryOf<'listRuns'>

const route = getRouteApi('/$organization/runs')

/** Long work of every kind: what runs, what is done, what failed. */
export function RunsPage() {
  const { t } = useTranslation('runs')
  const { organization } = route.useParams()
  const { state, open } = route.useSearch()
  const navigate = route.useNavigate()
  const query = state === undefined ? {} : { state }
  const refetchInterval = usePolling(true)
  const pages = usePages('listRuns', { query }, { refetchInterval })
  const columns = useRunColumns()
  const show = (id: string | undefined): void => void navigate({ search: (before) => ({ ...before, open: id }) })
  return (
    <Page isFull>
      <PageHeader
        title={t('title')}
        lead={t('lead')}
        source={{
          route: 'listRuns',
          params: { organization },
          query,
          cli: `run list --organization ${organization}`,
        }}
      />
      <Select
        className={styles.choice}
        aria-label={t('column.state')}
        placeholder={t('anyState')}
        clearable
        data={runStates.map((value) => ({ value, label: t(`state.${value}`) }))}
        value={state ?? null}
        onChange={(value) => void navigate({ search: { state: runStates.find((each) => each === value) } })}
      />
      <DataTable
        name="runs"
        label={t('title')}
        columns={columns}
        pages={pages}
        idOf={({ id }) => id}
        openId={open}
        onOpen={({ id }) => show(id)}
        {...(state !== undefined && { emptyFiltered: <EmptyState icon="filter" title={t('empty.filtered')} /> })}
        empty={
          <EmptyState icon="runs" title={t('empty.title')}>
            {t('empty.text')}
          </EmptyState>
        }
      />
      <RunPanel id={open} onClose={() => show(undefined)} />
    </Page>
  )
}

function useRunColumns(): readonly Column<Run>[] {
  const { t } = useTranslation('runs')
  const formats = useFormats()
  return [
    {
      id: 'kind',
      header: t('column.kind'),
      width: 'minmax(180px, 1.4fr)',
      cell: ({ kind }) => <code>{kind}</code>,
      text: ({ kind }) => kind,
    },
    {
      id: 'state',
      header: t('column.state'),
      width: '130px',
      cell: ({ state }) => <RunState state={state} />,
      text: ({ state }) => state,
    },
    {
      id: 'done',
      header: t('column.done'),
      width: '140px',
      isNumeric: true,
      cell: ({ done, total }) =>
        total === null ? formats.number(done) : `${formats.number(done)} / ${formats.number(total)}`,
      text: ({ done }) => String(done),
    },
    {
      id: 'by',
      header: t('column.by'),
      width: 'minmax(140px, 1fr)',
      cell: ({ createdBy }) => createdBy,
      text: ({ createdBy }) => createdBy,
    },
    {
      id: 'created',
      header: t('column.created'),
      width: '140px',
      cell: ({ createdAt }) => <Time at={createdAt} />,
      text: ({ createdAt }) => createdAt,
    },
    {
      id: 'ended',
      header: t('column.ended'),
      width: '140px',
      cell: ({ endedAt }) => <Time at={endedAt} />,
      text: ({ endedAt }) => endedAt ?? '',
    },
  ]
}
