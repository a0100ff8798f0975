import { ActionIcon, Tooltip } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { icons } from './icons.tsx'
import styles from './copy.module.css'

const thanksMs = 2_000

/** Copies, and says so where it was pressed and to screen readers. */
export function CopyButton({ text, label }: { readonly text: string; readonly label?: string }) {
  const { t } = useTranslation()
  const [isDone, setDone] = useState(false)
  useEffect(() => {
    if (!isDone) return undefined
    const timer = setTimeout(() => setDone(false), thanksMs)
    return () => clearTimeout(timer)
  }, [isDone])
  const words = isDone ? t('copied') : (label ?? t('copy'))
  const copy = (): void => void navigator.clipboard.writeText(text).then(() => setDone(true))
  return (
    <Tooltip label={words}>
      <ActionIcon size={24} aria-label={words} onClick={copy} data-done={isDone || undefined} className={styles.button}>
        {isDone ? <icons.check size={14} /> : <icons.copy size={14} />}
      </ActionIcon>
    </Tooltip>
  )
}

/** A value in one line that people take elsewhere: an address, an id, a command. */
export function CopyBox({ value, label }: { readonly value: string; readonly label?: string }) {
  return (
    <span className={styles.box}>
      <code className={styles.value}>{value}</code>
      <CopyButton text={value} {...(label !== undefined && { label })} />
    </span>
  )
}

/** Several of these, below each other. */
export function CopyBoxes({ values }: { readonly values: readonly string[] }) {
  return (
    <div className={styles.boxes}>
      {values.map((value) => (
        <CopyBox key={value} value={value} />
      ))}
    </div>
  )
}
