import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { usePolling } from '../api/live.ts'
import { usePages, useRoute, type EntryOf } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Time } from '../ui/time.tsx'
import { partNames, toParts } from './counters.ts'
import { CycleState } from './cycle-state.tsx'
import { LiveRun } from './live-run.tsx'
import styles from './apps.module.css'

type Cycle = EntryOf<'listAppCycles'>

const route = getRouteApi('/$organization/apps/$app')

/** Every run of an app; a row leads to what it did. */
export function RunsTab() {
  const { t } = useTranslation('apps')
  const params = route.useParams()
  const at = { params: { app: params.app } }
  const navigate = useNavigate()
  const columns = useCycleColumns()
  const refetchInterval = usePolling(true)
  const pages = usePages('listAppCycles', at)
  const { data: app } = useRoute('getApp', at)
  const { data: progress } = useRoute('getAppProgress', at, { refetchInterval })
  return (
    <>
      {app !== undefined && progress !== undefined && <LiveRun app={app} progress={progress} />}
      <div className={styles.table}>
        <DataTable
          name="cycles"
          label={t('tab.runs')}
          columns={columns}
          pages={pages}
          idOf={({ id }) => id}
          onOpen={({ id }) => void navigate({ to: '/$organization/apps/$app/logs', params, search: { cycle: id } })}
          empty={
            <EmptyState icon="runs" title={t('history.none')}>
              {t('history.noneText')}
            </EmptyState>
          }
        />
      </div>
    </>
  )
}

function useCycleColumns(): readonly Column<Cycle>[] {
  const { t } = useTranslation('apps')
  const formats = useFormats()
  return useMemo(() => {
    const number = (id: (typeof partNames)[number]): Column<Cycle> => ({
      id,
      header: t(`part.${id}`),
      width: '96px',
      isNumeric: true,
      cell: ({ counters }) => (counters === null ? '–' : formats.number(toParts(counters)[id])),
      text: ({ counters }) => (counters === null ? '' : String(toParts(counters)[id])),
    })
    return [
      {
        id: 'started',
        header: t('run.started'),
        width: 'minmax(140px, 1fr)',
        cell: ({ startedAt }) => <Time at={startedAt} />,
        text: ({ startedAt }) => startedAt,
      },
      {
        id: 'kind',
        header: t('run.kind'),
        width: 'minmax(130px, 1fr)',
        cell: ({ kind }) => t(`cycle.${kind}`),
        text: ({ kind }) => kind,
      },
      {
        id: 'state',
        header: t('column.state'),
        width: '140px',
        cell: ({ state }) => <CycleState state={state} />,
        text: ({ state }) => state,
      },
      {
        id: 'duration',
        header: t('run.duration'),
        width: '110px',
        cell: ({ startedAt, endedAt }) =>
          endedAt === null ? '–' : formats.duration(Date.parse(endedAt) - Date.parse(startedAt)),
        text: ({ endedAt }) => endedAt ?? '',
      },
      ...partNames.map(number),
    ]
  }, [t, formats])
}
