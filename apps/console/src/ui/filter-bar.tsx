import { CloseButton, TextInput } from '@mantine/core'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './filter-bar.module.css'
import { icons } from './icons.tsx'

const pauseMs = 250

type FilterBarProps = {
  readonly value: string
  /** When somebody stops typing; while an input method composes nobody has stopped. */
  onChange(value: string): void
  readonly placeholder: string
  readonly error?: string | undefined
  /** Further filters, such as selects. */
  readonly children?: ReactNode
}

/** One search box and what else narrows a list. */
export function FilterBar({ value, onChange, placeholder, error, children }: FilterBarProps) {
  const { t } = useTranslation()
  const [text, setText] = useState(value)
  const [isComposing, setComposing] = useState(false)
  const sent = useRef(value)
  useEffect(() => {
    // Somebody went back, or cleared the filters elsewhere.
    if (value !== sent.current) setText(value)
    sent.current = value
  }, [value])
  useEffect(() => {
    if (text === sent.current || isComposing) return undefined
    const timer = setTimeout(() => {
      sent.current = text
      onChange(text)
    }, pauseMs)
    return () => clearTimeout(timer)
  })
  return (
    <div className={styles.bar} role="search">
      <TextInput
        className={styles.search}
        type="search"
        value={text}
        placeholder={placeholder}
        aria-label={placeholder}
        error={error}
        leftSection={<icons.search />}
        rightSection={
          text === '' ? null : <CloseButton size="sm" aria-label={t('clear')} onClick={() => setText('')} />
        }
        onChange={(event) => setText(event.currentTarget.value)}
        onCompositionStart={() => setComposing(true)}
        onCompositionEnd={(event) => {
          setComposing(false)
          setText(event.currentTarget.value)
        }}
      />
      {children}
    </div>
  )
}
