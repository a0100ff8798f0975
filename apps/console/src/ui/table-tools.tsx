import { ActionIcon, Checkbox, Popover, SegmentedControl, Tooltip } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Column } from './data-table.tsx'
import { icons } from './icons.tsx'
import type { Density, TablePreferences } from './table-preferences.ts'
import styles from './table-tools.module.css'

type TableToolsProps<Row> = {
  readonly columns: readonly Column<Row>[]
  readonly preferences: TablePreferences
  onChange(preferences: TablePreferences): void
  onCsv(): void
}

const densities: readonly Density[] = ['compact', 'normal', 'roomy']

/** Which columns, in which order, how close together; and what is seen as a file. */
export function TableTools<Row>(props: TableToolsProps<Row>) {
  const { t } = useTranslation()
  const { preferences, onChange, onCsv } = props
  return (
    <div className={styles.tools}>
      <Tooltip label={t('table.csv')}>
        <ActionIcon aria-label={t('table.csv')} onClick={() => onCsv()}>
          <icons.download />
        </ActionIcon>
      </Tooltip>
      <Popover position="bottom-end" trapFocus returnFocus>
        <Popover.Target>
          <ActionIcon aria-label={t('table.view')} title={t('table.view')}>
            <icons.columns />
          </ActionIcon>
        </Popover.Target>
        <Popover.Dropdown aria-label={t('table.view')}>
          <div className={styles.panel}>
            <SegmentedControl
              fullWidth
              aria-label={t('table.density')}
              value={preferences.density}
              onChange={(value) => onChange({ ...preferences, density: value })}
              data={densities.map((value) => ({ value, label: t(`table.${value}`) }))}
            />
            <ColumnList {...props} />
          </div>
        </Popover.Dropdown>
      </Popover>
    </div>
  )
}

function ColumnList<Row>({ columns, preferences, onChange }: TableToolsProps<Row>) {
  const { t } = useTranslation()
  const { hidden, order } = preferences
  const ids = columns.map(({ id }) => id)
  const ordered = ids.toSorted((a, b) => placeOf(a, order, ids) - placeOf(b, order, ids))
  const move = (id: string, by: number): void => {
    const next = ordered.filter((each) => each !== id)
    next.splice(Math.max(0, ordered.indexOf(id) + by), 0, id)
    onChange({ ...preferences, order: next })
  }
  const toggle = (id: string): void =>
    onChange({ ...preferences, hidden: hidden.includes(id) ? hidden.filter((each) => each !== id) : [...hidden, id] })
  return (
    <ul className={styles.columns}>
      {ordered.map((id, index) => {
        const column = columns.find((each) => each.id === id)?.header ?? id
        const isLastShown = !hidden.includes(id) && hidden.length === ids.length - 1
        return (
          <li key={id} className={styles.column}>
            <Checkbox
              label={column}
              checked={!hidden.includes(id)}
              onChange={() => toggle(id)}
              disabled={isLastShown}
            />
            <ActionIcon
              size={24}
              aria-label={t('table.moveUp', { column })}
              disabled={index === 0}
              onClick={() => move(id, -1)}
            >
              <icons.up size={14} />
            </ActionIcon>
            <ActionIcon
              size={24}
              aria-label={t('table.moveDown', { column })}
              disabled={index === ids.length - 1}
              onClick={() => move(id, 1)}
            >
              <icons.down size={14} />
            </ActionIcon>
          </li>
        )
      })}
    </ul>
  )
}

function placeOf(id: string, order: readonly string[], ids: readonly string[]): number {
  const chosen = order.indexOf(id)
  return chosen < 0 ? ids.indexOf(id) : chosen
}
