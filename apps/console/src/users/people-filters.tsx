import { Button, Menu, Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { toUrl } from '../api/call.ts'
import { useOrganizationSlug, usePages } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { icons } from '../ui/icons.tsx'

type SourcePickerProps = {
  readonly label: string
  readonly placeholder: string
  readonly value: string | undefined
  onChange(source: string | undefined): void
}

/** Who manages them: a connection, a source, or nobody. */
export function SourcePicker({ label, placeholder, value, onChange }: SourcePickerProps) {
  const { t } = useTranslation('users')
  const can = useCan()
  const connections = usePages('listConnections', {}, { enabled: can('connections:read') })
  const sources = usePages('listSources', {}, { enabled: can('sources:read') })
  const options = [...connections.rows, ...sources.rows].map(({ id, name }) => ({ value: id, label: name }))
  const isKnown = value === undefined || value === 'local' || options.some((option) => option.value === value)
  return (
    <Select
      aria-label={label}
      placeholder={placeholder}
      searchable
      clearable
      data={[{ value: 'local', label: t('source.none') }, ...options, ...(isKnown ? [] : [{ value, label: value }])]}
      value={value ?? null}
      onChange={(chosen) => onChange(chosen ?? undefined)}
    />
  )
}

/** All who match, as a file. */
export function ExportMenu({ query }: { readonly query: Readonly<Record<string, string | undefined>> }) {
  const { t } = useTranslation('users')
  const can = useCan()
  const params = { organization: useOrganizationSlug() }
  if (!can('people:manage')) return null
  return (
    <Menu>
      <Menu.Target>
        <Button leftSection={<icons.download size={16} />}>{t('export.title')}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" download href={toUrl('exportPeople', { params, query: { ...query, mark: true } })}>
          {t('export.csv')}
        </Menu.Item>
        <Menu.Item component="a" download href={toUrl('exportPeopleAsScim', { params, query })}>
          {t('export.jsonl')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
