import { Button, Menu, Select, Switch } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { toUrl } from '../api/call.ts'
import { useOrganizationSlug } from '../api/queries.ts'
import { icons } from '../ui/icons.tsx'
import { logActions, logRanges, logStatuses, type LogSearch } from './log-search.ts'
import styles from './logs.module.css'

type LogFiltersProps = {
  readonly search: LogSearch
  onSearch(search: LogSearch): void
  readonly query: Readonly<Record<string, string>>
  readonly names: ReadonlyMap<string, string>
  readonly withApps: boolean
}

export function LogFilters({ search, onSearch, query, names, withApps }: LogFiltersProps) {
  const { t } = useTranslation('logs')
  const set = (change: LogSearch): void => onSearch({ ...search, open: undefined, ...change })
  const find = <Known extends string>(known: readonly Known[], value: string | null) =>
    known.find((each) => each === value)
  return (
    <div className={styles.bar} role="search" aria-label={t('filters')}>
      {withApps && (
        <Select
          aria-label={t('column.app')}
          placeholder={t('anyApp')}
          clearable
          searchable
          data={[...names].map(([value, label]) => ({ value, label }))}
          value={search.app ?? null}
          onChange={(app) => set({ app: app ?? undefined })}
        />
      )}
      <Select
        aria-label={t('column.status')}
        placeholder={t('anyStatus')}
        clearable
        data={logStatuses.map((value) => ({ value, label: t(`status.${value}`) }))}
        value={search.status ?? null}
        onChange={(value) => set({ status: find(logStatuses, value) })}
      />
      <Select
        aria-label={t('column.action')}
        placeholder={t('anyAction')}
        clearable
        data={logActions.map((value) => ({ value, label: t(`action.${value}`) }))}
        value={search.action ?? null}
        onChange={(value) => set({ action: find(logActions, value) })}
      />
      <Select
        aria-label={t('column.at')}
        placeholder={t('anyTime')}
        clearable
        data={logRanges.map((value) => ({ value, label: t(`range.${value}`) }))}
        value={search.range ?? null}
        onChange={(value) => set({ range: find(logRanges, value) })}
      />
      <Picked search={search} set={set} />
      <div className={styles.end}>
        <Switch
          label={t('live')}
          checked={search.live === true}
          onChange={(event) => set({ live: event.currentTarget.checked || undefined })}
        />
        <Export query={query} />
      </div>
    </div>
  )
}

/** Filters that come by a link from elsewhere: each can be taken away. */
function Picked({ search, set }: { readonly search: LogSearch; set(change: LogSearch): void }) {
  const { t } = useTranslation('logs')
  return (['reason', 'cycle', 'object'] as const).map((name) => {
    const value = search[name]
    if (value === undefined) return null
    return (
      <Button
        key={name}
        rightSection={<icons.close size={14} />}
        aria-label={t('without', { filter: t(`picked.${name}`, { value }) })}
        onClick={() => set({ [name]: undefined })}
      >
        {t(`picked.${name}`, { value: name === 'reason' ? value : `…${value.slice(-6)}` })}
      </Button>
    )
  })
}

function Export({ query }: Pick<LogFiltersProps, 'query'>) {
  const { t } = useTranslation('logs')
  const params = { organization: useOrganizationSlug() }
  const files = ['logs', 'steps', 'modifiedProperties'] as const
  return (
    <Menu>
      <Menu.Target>
        <Button leftSection={<icons.download size={16} />}>{t('export')}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {files.map((file) => (
          <Menu.Item
            key={file}
            component="a"
            download
            href={toUrl('exportProvisioningLogCsv', { params, query: { ...query, file } })}
          >
            {t(`file.${file}`)}
          </Menu.Item>
        ))}
        <Menu.Item component="a" download href={toUrl('exportProvisioningLogJsonLines', { params, query })}>
          {t('file.json')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
