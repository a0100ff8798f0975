import { MultiSelect } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { routeQuery, useOrganizationSlug } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { objectsMax } from './routes.ts'

const foundMax = 8

type Option = { readonly value: string; readonly label: string }

type ObjectPickerProps = {
  readonly ids: readonly string[]
  onChange(ids: string[]): void
  /** Five when left out. */
  readonly max?: number
  readonly description?: string
}

/** People and teams by name. */
export function ObjectPicker({ ids, onChange, max = objectsMax, description }: ObjectPickerProps) {
  const { t } = useTranslation('provision')
  const [words, setWords] = useState('')
  const people = useFoundPeople(words)
  const teams = useFoundTeams(words)
  // Names of those who were picked before: the boxes of a link from elsewhere show the id.
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map())
  const known = new Set([...people, ...teams].map(({ value }) => value))
  const picked = ids.filter((id) => !known.has(id)).map((id) => ({ value: id, label: names.get(id) ?? id }))
  const pick = (next: string[]): void => {
    setNames(new Map([...names, ...[...people, ...teams].map(({ value, label }) => [value, label] as const)]))
    onChange(next)
  }
  return (
    <MultiSelect
      label={t('objects')}
      description={description ?? t('objectsHelp')}
      placeholder={ids.length === 0 ? t('objectsPlaceholder') : ''}
      searchable
      searchValue={words}
      onSearchChange={setWords}
      maxValues={max}
      hidePickedOptions
      nothingFoundMessage={t('nobody')}
      // What was found by the server fits already.
      filter={({ options }) => options}
      data={[
        { group: t('people'), items: [...people] },
        { group: t('teams'), items: [...teams] },
        ...(picked.length === 0 ? [] : [{ group: t('picked'), items: picked }]),
      ]}
      value={[...ids]}
      onChange={pick}
    />
  )
}

function useFoundPeople(words: string): readonly Option[] {
  const organization = useOrganizationSlug()
  const can = useCan()
  const query = { limit: foundMax, ...(words.trim() !== '' && { search: words.trim() }) }
  const { data } = useQuery({
    ...routeQuery('listPeople', organization, { query }),
    enabled: can('people:read'),
    placeholderData: keepPreviousData,
  })
  return (data?.data ?? []).map(({ id, displayName, userName }) => ({
    value: id,
    label: displayName ?? userName ?? id,
  }))
}

function useFoundTeams(words: string): readonly Option[] {
  const organization = useOrganizationSlug()
  const can = useCan()
  const query = { limit: foundMax, ...(words.trim() !== '' && { search: words.trim() }) }
  const { data } = useQuery({
    ...routeQuery('listTeams', organization, { query }),
    enabled: can('teams:read'),
    placeholderData: keepPreviousData,
  })
  return (data?.data ?? []).map(({ id, name }) => ({ value: id, label: name }))
}
