import { Button } from '@mantine/core'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { pollingMs } from '../api/live.ts'
import { usePages } from '../api/queries.ts'
import { DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { useNow } from '../ui/time.tsx'
import { LogCauses } from './log-causes.tsx'
import { LogFilters } from './log-filters.tsx'
import { LogPanel } from './log-panel.tsx'
import { toLogQuery, type LogSearch } from './log-search.ts'
import { useAppNames, useLogColumns } from './log-columns.tsx'

type LogsProps = {
  readonly search: LogSearch
  onSearch(search: LogSearch): void
  /** On the page of one app only what concerns it. */
  readonly app?: string
}

/** The provisioning log: a line an operation, with everything that narrows it. */
export function Logs({ search, onSearch, app }: LogsProps) {
  const { t } = useTranslation('logs')
  const now = useNow()
  const asked = useMemo(() => (app === undefined ? search : { ...search, app }), [search, app])
  const query = toLogQuery(asked, now)
  const pages = usePages(
    'listProvisioningLog',
    { query },
    { refetchInterval: search.live === true ? pollingMs : false },
  )
  const names = useAppNames()
  const columns = useLogColumns(names, app === undefined)
  const clear = (): void => onSearch({})
  const isNarrowed = Object.keys(search).some((name) => name !== 'open' && name !== 'live')
  return (
    <>
      <LogFilters search={search} onSearch={onSearch} query={query} names={names} withApps={app === undefined} />
      <LogCauses search={asked} onSearch={(reason) => onSearch({ ...search, reason, status: undefined })} />
      <DataTable
        name="log"
        label={t('title')}
        columns={columns}
        pages={pages}
        idOf={({ id }) => id}
        openId={search.open}
        onOpen={({ id }) => onSearch({ ...search, open: id })}
        {...(isNarrowed && {
          emptyFiltered: (
            <EmptyState
              icon="filter"
              title={t('empty.filtered')}
              actions={<Button onClick={clear}>{t('clear')}</Button>}
            >
              {t('empty.filteredText')}
            </EmptyState>
          ),
        })}
        empty={
          <EmptyState icon="logs" title={t('empty.title')}>
            {t('empty.text')}
          </EmptyState>
        }
      />
      <LogPanel id={search.open} onClose={() => onSearch({ ...search, open: undefined })} />
    </>
  )
}
