import { Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { FilterBar } from '../ui/filter-bar.tsx'
import { useConnections } from './connection-names.ts'
import styles from './requests.module.css'
import { periods, requestMethods, statusClasses, type Period, type RequestsSearch } from './search.ts'

type RequestFiltersProps = { readonly search: RequestsSearch; onChange(next: RequestsSearch): void }

/** Which requests: of whom, to what, with which end, since when. */
export function RequestFilters({ search, onChange }: RequestFiltersProps) {
  const { t } = useTranslation('requests')
  const connections = useConnections()
  const isList = search.view !== 'errors'
  const choose = (name: keyof RequestsSearch, value: string | null): void => onChange({ [name]: value ?? undefined })
  const { status } = search
  const statuses = [
    ...statusClasses.map((value) => ({ value: value as string, label: t(`status.${value}`) })), // others may follow
    ...(isOdd(status) ? [{ value: status, label: status }] : []),
  ]
  const filters = (
    <>
      <Select
        className={styles.filter}
        aria-label={t('filter.connection')}
        placeholder={t('filter.connection')}
        clearable
        data={connections.map(({ id, name }) => ({ value: id, label: name }))}
        value={search.connection ?? null}
        onChange={(value) => choose('connection', value)}
      />
      {isList && (
        <>
          <Select
            className={styles.filter}
            aria-label={t('filter.status')}
            placeholder={t('filter.status')}
            clearable
            data={statuses}
            value={search.status ?? null}
            onChange={(value) => choose('status', value)}
          />
          <Select
            className={styles.filter}
            aria-label={t('filter.method')}
            placeholder={t('filter.method')}
            clearable
            data={[...requestMethods]}
            value={search.method ?? null}
            onChange={(value) => choose('method', value)}
          />
        </>
      )}
      <Select
        className={styles.filter}
        aria-label={t('filter.period')}
        placeholder={isList ? t('filter.period') : t('period.day')}
        clearable
        data={(Object.keys(periods) as Period[]).map((value) => ({ value, label: t(`period.${value}`) }))} // its keys
        value={search.period ?? null}
        onChange={(value) => choose('period', value)}
      />
    </>
  )
  if (!isList) return <div className={styles.filters}>{filters}</div>
  return (
    <FilterBar value={search.q ?? ''} onChange={(q) => choose('q', q.trim() || null)} placeholder={t('search')}>
      {filters}
    </FilterBar>
  )
}

/** A single status, which somebody came with from elsewhere. */
function isOdd(status: string | undefined): status is string {
  return status !== undefined && !statusClasses.some((known) => known === status)
}
