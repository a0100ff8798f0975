import { Select } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePages } from '../api/queries.ts'

export type SubjectKind = 'person' | 'serviceAccount'

type Option = { readonly value: string; readonly label: string }
type SubjectFieldProps = {
  readonly kind: SubjectKind
  readonly value: string | undefined
  onChange(value: string | undefined): void
}

const foundMax = 10

/** Somebody by name; the server looks, so that it does not matter how many there are. */
export function SubjectField({ kind, value, onChange }: SubjectFieldProps) {
  const { t } = useTranslation('roles')
  const [words, setWords] = useState('')
  const [picked, pick] = useState<Option>()
  // The name of whoever was picked stands in the box: nobody looks for it.
  const sought = words === picked?.label ? '' : words
  const people = useFoundPeople(sought, kind === 'person')
  const accounts = useFoundAccounts(sought, kind === 'serviceAccount')
  const found = kind === 'person' ? people : accounts
  const isKnown = picked === undefined || found.some((each) => each.value === picked.value)
  return (
    <Select
      data-autofocus
      required
      label={t(`subject.${kind}`)}
      placeholder={t('assign.find')}
      searchable
      searchValue={words}
      onSearchChange={setWords}
      nothingFoundMessage={t('assign.notFound')}
      // What was found by the server fits already.
      filter={({ options }) => options}
      data={isKnown ? [...found] : [picked, ...found]}
      value={value ?? null}
      onChange={(next) => {
        pick(found.find((each) => each.value === next) ?? picked)
        onChange(next ?? undefined)
      }}
    />
  )
}

function useFoundPeople(words: string, isWanted: boolean): readonly Option[] {
  const { rows } = usePages('listPeople', { query: toQuery(words) }, { enabled: isWanted })
  return rows.map(({ id, displayName, userName }) => ({ value: id, label: displayName ?? userName ?? id }))
}

function useFoundAccounts(words: string, isWanted: boolean): readonly Option[] {
  const { rows } = usePages('listServiceAccounts', { query: toQuery(words) }, { enabled: isWanted })
  return rows.map(({ id, name }) => ({ value: id, label: name }))
}

function toQuery(words: string) {
  return { limit: foundMax, ...(words.trim() !== '' && { search: words.trim() }) }
}
