import { ActionIcon, Select } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { routeQuery, useOrganizationSlug } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import type { Sample } from '../ui/expressions/try-rule.ts'
import { icons } from '../ui/icons.tsx'
import { useSettled } from '../ui/use-settled.ts'
import { pinnedMax } from './pinned.ts'
import type { Kind } from './rules.ts'
import styles from './rules.module.css'

const foundMax = 8
const pauseMs = 200

/** On whom rules are tried: the first one is shown in the table, all of them beside an expression. */
export function TriedOn({
  samples,
  kind,
  onChange,
}: {
  readonly samples: readonly Sample[]
  readonly kind: Kind
  onChange(ids: readonly string[]): void
}) {
  const { t } = useTranslation('rules')
  const ids = samples.map(({ id }) => id)
  return (
    <div className={styles.tried} role="group" aria-label={t('try.label')}>
      <span className={styles.quiet}>{t('try.label')}</span>
      {samples.map(({ id, name }, index) => (
        <span key={id} className={styles.person} data-first={index === 0 || undefined}>
          <button
            type="button"
            aria-pressed={index === 0}
            title={t('try.show')}
            onClick={() => onChange([id, ...ids.filter((each) => each !== id)])}
          >
            {name ?? id}
          </button>
          <ActionIcon
            size={24}
            aria-label={t('try.remove', { name: name ?? id })}
            disabled={samples.length === 1}
            onClick={() => onChange(ids.filter((each) => each !== id))}
          >
            <icons.close size={12} />
          </ActionIcon>
        </span>
      ))}
      {samples.length < pinnedMax && <Find kind={kind} known={ids} onFind={(id) => onChange([id, ...ids])} />}
    </div>
  )
}

type FindProps = { readonly kind: Kind; readonly known: readonly string[]; onFind(id: string): void }

function Find({ kind, known, onFind }: FindProps) {
  const { t } = useTranslation('rules')
  const [words, setWords] = useState('')
  const settled = useSettled(words.trim(), pauseMs)
  const people = useFound(kind === 'user' ? settled : '', 'user')
  const teams = useFound(kind === 'team' ? settled : '', 'team')
  const found = (kind === 'user' ? people : teams).filter(({ value }) => !known.includes(value))
  const can = useCan()
  if (!can(kind === 'user' ? 'people:read' : 'teams:read')) return null
  return (
    <Select
      className={styles.find ?? ''}
      aria-label={t(`try.add.${kind}`)}
      placeholder={t(`try.add.${kind}`)}
      searchable
      value={null}
      searchValue={words}
      onSearchChange={setWords}
      // What the server found is what there is to choose from.
      filter={({ options }) => options}
      data={found}
      nothingFoundMessage={settled === '' ? t('try.type') : t('try.nobody')}
      onChange={(id) => {
        if (id === null) return
        onFind(id)
        setWords('')
      }}
    />
  )
}

type Option = { readonly value: string; readonly label: string }

function useFound(words: string, kind: Kind): Option[] {
  const organization = useOrganizationSlug()
  const enabled = words !== ''
  const people = useQuery({
    ...routeQuery('listPeople', organization, { query: { search: words, limit: foundMax } }),
    enabled: enabled && kind === 'user',
    placeholderData: keepPreviousData,
  })
  const teams = useQuery({
    ...routeQuery('listTeams', organization, { query: { search: words, limit: foundMax } }),
    enabled: enabled && kind === 'team',
    placeholderData: keepPreviousData,
  })
  if (!enabled) return []
  if (kind === 'team') return (teams.data?.data ?? []).map(({ id, name }) => ({ value: id, label: name }))
  return (people.data?.data ?? []).map(({ id, displayName, userName }) => ({
    value: id,
    label: displayName === null ? (userName ?? id) : `${displayName} · ${userName ?? ''}`,
  }))
}
