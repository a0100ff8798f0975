import { Autocomplete, Button, CloseButton } from '@mantine/core'
import { useEffect, useMemo, useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { problemOf } from '../api/problem.ts'
import { icons } from '../ui/icons.tsx'
import styles from './audit.module.css'
import { completeQuery, mistakePlace } from './query-text.ts'

type QueryBarProps = {
  readonly query: string
  /** What the server said of the query that was asked last. */
  readonly error: unknown
  onAsk(query: string): void
}

/** Where a query is written; it is asked when somebody says so, for half a query is a mistake. */
export function QueryBar({ query, error, onAsk }: QueryBarProps) {
  const { t } = useTranslation('audit')
  const { t: common } = useTranslation()
  const [text, setText] = useState(query)
  useEffect(() => setText(query), [query])
  const suggestions = useMemo(() => [...completeQuery(text)], [text])
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    onAsk(text.trim())
  }
  return (
    <form className={styles.bar} role="search" onSubmit={submit}>
      <Autocomplete
        className={styles.query}
        type="search"
        aria-label={t('query.label')}
        placeholder={t('query.placeholder')}
        value={text}
        data={suggestions}
        filter={({ options }) => options}
        onChange={setText}
        leftSection={<icons.search />}
        rightSection={
          text === '' ? null : <CloseButton size="sm" aria-label={common('clear')} onClick={() => onAsk('')} />
        }
        spellCheck={false}
        autoComplete="off"
      />
      <Button type="submit">{t('query.ask')}</Button>
      <Mistake query={query} error={error} />
    </form>
  )
}

/** The query with a mark at the character where it stops making sense. */
function Mistake({ query, error }: { readonly query: string; readonly error: unknown }) {
  const { t } = useTranslation('audit')
  const message = queryMistake(error)
  if (message === undefined) return null
  const place = Math.min(mistakePlace(message) ?? query.length, query.length)
  const wrong = query.slice(place).split(/\s/)[0] ?? ''
  return (
    <div className={styles.mistake} role="alert">
      <p>
        <icons.error size={14} /> {t('query.mistake', { position: place + 1 })}
      </p>
      <code>
        {query.slice(0, place)}
        <mark>{wrong === '' ? '␣' : wrong}</mark>
        {query.slice(place + wrong.length)}
      </code>
      <p lang="en">{message}</p>
    </div>
  )
}

/** What the server says is wrong with the query; undefined when something else is. */
export function queryMistake(error: unknown): string | undefined {
  return problemOf(error)?.errors?.find(({ code }) => code === 'invalidAuditQuery')?.detail
}
