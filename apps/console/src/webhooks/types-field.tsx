import { MultiSelect } from '@mantine/core'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { nounOf, useEventTypes } from './use-event-types.ts'

type TypesFieldProps = {
  readonly types: readonly string[]
  readonly isReadOnly?: boolean
  onChange(types: readonly string[]): void
}

/** Which events: single ones, or all of a noun; none means everything. */
export function TypesField({ types, isReadOnly = false, onChange }: TypesFieldProps) {
  const { t } = useTranslation('webhooks')
  const { rows } = useEventTypes()
  const data = useMemo(() => {
    const nouns = new Map<string, string[]>()
    for (const { type } of rows) {
      const noun = nounOf(type)
      const group = nouns.get(noun) ?? [`${noun}.*`]
      nouns.set(noun, [...group, type])
    }
    return [...nouns].map(([group, items]) => ({ group, items }))
  }, [rows])
  return (
    <MultiSelect
      label={t('field.types')}
      description={t('field.typesHelp')}
      placeholder={types.length === 0 ? t('allTypes') : undefined}
      data={data}
      value={[...types]}
      searchable
      clearable
      disabled={isReadOnly}
      nothingFoundMessage={t('field.noType')}
      onChange={onChange}
    />
  )
}
