import { ActionIcon, Button } from '@mantine/core'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { addDays, addMonths, firstWeekdayOf, toDate, today, weekdayOf, weeksOf, type Day } from '../i18n/day.ts'
import { useLocale } from '../i18n/format.ts'
import styles from './calendar.module.css'
import { icons } from './icons.tsx'

type CalendarProps = {
  readonly chosen: Day
  /** Where one begins to look. */
  readonly first: Day
  onChoose(day: Day): void
}

/** A month of days; arrows lead from day to day, Page Up and Down from month to month, Home and End through the week. */
export function Calendar({ chosen, first, onChoose }: CalendarProps) {
  const { t } = useTranslation()
  const [active, setActive] = useState(first)
  const grid = useRef<HTMLTableElement>(null)
  const byKey = useRef(true)
  useEffect(() => {
    if (byKey.current) grid.current?.querySelector<HTMLElement>(`[data-day="${active}"]`)?.focus()
    byKey.current = false
  }, [active])
  const move = (day: Day): void => {
    byKey.current = true
    setActive(day)
  }
  return (
    <div className={styles.calendar}>
      <Months active={active} onChange={setActive} />
      <table ref={grid} className={styles.days}>
        <Weekdays active={active} />
        <tbody>
          <Weeks active={active} chosen={chosen} onMove={move} onChoose={onChoose} />
        </tbody>
      </table>
      <Button size="compact-sm" variant="subtle" onClick={() => onChoose(today())}>
        {t('date.today')}
      </Button>
    </div>
  )
}

function useDayFormat(): (day: Day, options: Intl.DateTimeFormatOptions) => string {
  const language = useLocale()
  return (day, options) => new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' }).format(toDate(day))
}

function Months({ active, onChange }: { readonly active: Day; onChange(day: Day): void }) {
  const { t } = useTranslation()
  const format = useDayFormat()
  return (
    <div className={styles.head}>
      <ActionIcon size={28} aria-label={t('date.before')} onClick={() => onChange(addMonths(active, -1))}>
        <icons.left />
      </ActionIcon>
      <strong className={styles.month} aria-live="polite">
        {format(active, { year: 'numeric', month: 'long' })}
      </strong>
      <ActionIcon size={28} aria-label={t('date.after')} onClick={() => onChange(addMonths(active, 1))}>
        <icons.right />
      </ActionIcon>
    </div>
  )
}

function Weekdays({ active }: { readonly active: Day }) {
  const format = useDayFormat()
  const [week] = weeksOf(active, firstWeekdayOf(useLocale()))
  return (
    <thead>
      <tr>
        {week?.map((day) => (
          <th key={day} scope="col" abbr={format(day, { weekday: 'long' })}>
            {format(day, { weekday: 'narrow' })}
          </th>
        ))}
      </tr>
    </thead>
  )
}

type WeeksProps = { readonly active: Day; readonly chosen: Day; onMove(day: Day): void; onChoose(day: Day): void }

function Weeks({ active, chosen, onMove, onChoose }: WeeksProps) {
  const format = useDayFormat()
  const firstWeekday = firstWeekdayOf(useLocale())
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = moveBy(event.key, active, firstWeekday)
    if (next === undefined) return
    event.preventDefault()
    onMove(next)
  }
  return weeksOf(active, firstWeekday).map((week) => (
    <tr key={week[0]}>
      {week.map((day) => (
        <td key={day}>
          <button
            type="button"
            className={styles.day}
            data-day={day}
            data-other={day.slice(0, 7) !== active.slice(0, 7) || undefined}
            data-today={day === today() || undefined}
            data-autofocus={day === active || undefined}
            aria-pressed={day === chosen}
            aria-label={format(day, { dateStyle: 'full' })}
            tabIndex={day === active ? 0 : -1}
            onKeyDown={onKeyDown}
            onClick={() => onChoose(day)}
          >
            {Number(day.slice(8))}
          </button>
        </td>
      ))}
    </tr>
  ))
}

function moveBy(key: string, day: Day, firstWeekday: number): Day | undefined {
  const place = (weekdayOf(day) - firstWeekday + 7) % 7
  const moves: { readonly [key: string]: () => Day } = {
    ArrowLeft: () => addDays(day, -1),
    ArrowRight: () => addDays(day, 1),
    ArrowUp: () => addDays(day, -7),
    ArrowDown: () => addDays(day, 7),
    Home: () => addDays(day, -place),
    End: () => addDays(day, 6 - place),
    PageUp: () => addMonths(day, -1),
    PageDown: () => addMonths(day, 1),
  }
  return moves[key]?.()
}
