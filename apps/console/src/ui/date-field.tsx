import { ActionIcon, Popover, TextInput } from '@mantine/core'
import { useEffect, useRef, useState, type KeyboardEvent, type Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { isComposing } from '../i18n/composing.ts'
import { formatDay, orderOf, parseDay, today, type Day } from '../i18n/day.ts'
import { useLocale } from '../i18n/format.ts'
import { Calendar } from './calendar.tsx'
import { icons } from './icons.tsx'
import styles from './date-field.module.css'

type DateFieldProps = {
  readonly label: string
  readonly description?: string
  /** `2027-01-31`, or nothing. */
  readonly value: Day
  /** A whole day, or nothing: half of one stays in the field. */
  onChange(day: Day): void
  readonly isRequired?: boolean
}

/** A day, written and shown as in the language of the console, which the browser's own field does not follow. */
export function DateField(props: DateFieldProps) {
  const { label, value, onChange } = props
  const [isOpen, setOpen] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  const choose = (day: Day): void => {
    setOpen(false)
    onChange(day)
    field.current?.focus()
  }
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-start" trapFocus withRoles={false}>
      <Popover.Target>
        <div className={styles.field}>
          <DayInput {...props} field={field} onOpen={() => setOpen(true)} />
        </div>
      </Popover.Target>
      <Popover.Dropdown role="dialog" aria-label={label}>
        <Calendar chosen={value} first={value === '' ? today() : value} onChoose={choose} />
      </Popover.Dropdown>
    </Popover>
  )
}

type DayInputProps = DateFieldProps & { readonly field: Ref<HTMLInputElement>; onOpen(): void }

function DayInput({ label, description, value, onChange, isRequired = false, field, onOpen }: DayInputProps) {
  const { t } = useTranslation()
  const language = useLocale()
  const shown = value === '' ? '' : formatDay(value, language)
  const [text, setText] = useState(shown)
  useEffect(() => setText(shown), [shown])
  const isWrong = text.trim() !== '' && parseDay(text, language) === undefined
  const write = (next: string): void => {
    setText(next)
    const day = next.trim() === '' ? '' : parseDay(next, language)
    if (day !== undefined && day !== value) onChange(day)
  }
  const hint = orderOf(language)
    .map((part) => t(`date.${part}`))
    .join(' ')
  const canClear = text !== '' && !isRequired
  return (
    <TextInput
      ref={field}
      label={label}
      description={description}
      required={isRequired}
      value={text}
      placeholder={hint}
      inputMode="numeric"
      autoComplete="off"
      error={isWrong ? t('date.wrong', { hint }) : undefined}
      onChange={(event) => write(event.currentTarget.value)}
      onBlur={() => !isWrong && setText(shown)}
      onKeyDown={(event: KeyboardEvent) => {
        if (isComposing(event) || event.key !== 'ArrowDown') return
        event.preventDefault()
        onOpen()
      }}
      rightSectionWidth={canClear ? 60 : 34}
      rightSection={
        <span className={styles.acts}>
          {canClear && (
            <ActionIcon size={24} aria-label={t('clear')} onClick={() => write('')}>
              <icons.close size={14} />
            </ActionIcon>
          )}
          <ActionIcon size={24} aria-label={t('date.open')} onClick={onOpen}>
            <icons.calendar />
          </ActionIcon>
        </span>
      }
    />
  )
}
