import { Select } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePages, useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'

const foundMax = 20

type TeamPickerProps = {
  readonly label: string
  /** The placeholder says enough, as in a filter. */
  readonly isLabelHidden?: boolean
  readonly description?: string
  readonly placeholder?: string
  readonly isReadOnly?: boolean
  readonly value: string | undefined
  onChange(team: string | undefined): void
}

/** A team by its name; the server looks, so that it does not matter how many there are. */
export function TeamPicker(props: TeamPickerProps) {
  const { label, isLabelHidden = false, description, placeholder, isReadOnly = false, value, onChange } = props
  const { t } = useTranslation('teams')
  const { t: common } = useTranslation()
  const can = useCan()
  const [words, setWords] = useState('')
  const isAllowed = can('teams:read')
  const found = usePages(
    'listTeams',
    { query: { limit: foundMax, ...(words.trim() !== '' && { search: words.trim() }) } },
    { enabled: isAllowed },
  )
  const { data: team } = useRoute(
    'getTeam',
    { params: { team: value ?? '' } },
    { enabled: isAllowed && value !== undefined },
  )
  const options = found.rows.map(({ id, name }) => ({ value: id, label: name }))
  const isKnown = value === undefined || options.some((option) => option.value === value)
  return (
    <Select
      aria-label={isLabelHidden ? label : undefined}
      label={isLabelHidden ? undefined : label}
      description={description}
      placeholder={placeholder}
      disabled={isReadOnly || !isAllowed}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': common('clear') }}
      // What was found by the server fits already.
      filter={({ options: all }) => all}
      onSearchChange={setWords}
      nothingFoundMessage={t('notFound')}
      data={isKnown ? options : [...options, { value, label: team?.name ?? value }]}
      value={value ?? null}
      onChange={(chosen) => onChange(chosen ?? undefined)}
    />
  )
}
