import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { DiffTable } from '../ui/diff-table.tsx'
import { icons } from '../ui/icons.tsx'
import { StateChip, type Tone } from '../ui/state-chip.tsx'
import { useEngineReasons } from '../ui/use-engine-reasons.ts'
import type { Operation, OperationGroup, PlanOperation } from './plan-operations.ts'
import { EntryAct, GroupActs } from './group-acts.tsx'
import styles from './plans.module.css'
import type { Selection } from './use-selection.ts'

const shownMax = 100
const namedMax = 3

const tones: { readonly [operation in PlanOperation]: Tone } = {
  create: 'good',
  adopt: 'info',
  update: 'info',
  enable: 'good',
  disable: 'warn',
  delete: 'bad',
  unlink: 'warn',
  conflict: 'bad',
}

const stateTones = { changed: 'warn', applied: 'good', excluded: 'quiet' } as const

type GroupRowProps = {
  readonly group: OperationGroup
  readonly selection: Selection
  readonly isOpen: boolean
  onToggle(): void
}

/** One kind of change, with those whom it concerns; opened: every attribute, before and after. */
export function GroupRow({ group, selection, isOpen, onToggle }: GroupRowProps) {
  const { t } = useTranslation('plans')
  const { number, list } = useFormats()
  const reasonWords = useEngineReasons()
  const { operation, entries, modified, paths } = group
  const [first] = entries
  const names = entries.slice(0, namedMax).map(({ object }) => object.name ?? object.id)
  const rest = entries.length - names.length
  const leftOut = entries.filter(({ state }) => state === 'excluded').length
  return (
    <li className={styles.group}>
      <button type="button" className={styles.groupHead} aria-expanded={isOpen} onClick={onToggle}>
        {isOpen ? <icons.down size={14} /> : <icons.right size={14} />}
        <StateChip tone={tones[operation]}>{t(`operation.${operation}`)}</StateChip>
        <strong>{number(entries.length)}</strong>
        {leftOut > 0 && <StateChip tone="quiet">{t('leftOut', { count: leftOut, number: number(leftOut) })}</StateChip>}
        <span className={styles.names}>
          {list(rest > 0 ? [...names, t('others', { count: rest, number: number(rest) })] : names)}
        </span>
        <span className={styles.quiet}>{paths.join(', ')}</span>
      </button>
      {isOpen && (
        <div className={styles.groupBody}>
          {first !== undefined && (
            <p className={styles.quiet}>{reasonWords(first.reason, first.explanation).meaning}</p>
          )}
          <GroupActs entries={entries} selection={selection} />
          {modified !== undefined && modified.length > 0 && (
            <DiffTable
              label={t('changes')}
              rows={modified.map(({ name, before, after }) => ({ path: name, before, after }))}
            />
          )}
          <ul className={styles.entries}>
            {entries.slice(0, shownMax).map((entry) => (
              <Entry key={entry.object.id} entry={entry} isDiffShown={modified === undefined} selection={selection} />
            ))}
          </ul>
          {entries.length > shownMax && (
            <p className={styles.quiet}>
              {t('others', { count: entries.length - shownMax, number: number(entries.length - shownMax) })}
            </p>
          )}
        </div>
      )}
    </li>
  )
}

type EntryProps = { readonly entry: Operation; readonly isDiffShown: boolean; readonly selection: Selection }

function Entry({ entry, isDiffShown, selection }: EntryProps) {
  const { t } = useTranslation('plans')
  const organization = useOrganizationSlug()
  const { object, state, targetKey, modified } = entry
  const name = object.name ?? object.id
  return (
    <li className={styles.entry}>
      <span className={styles.entryHead}>
        {object.kind === 'user' ? (
          <Link to="/$organization/users/$user" params={{ organization, user: object.id }}>
            {name}
          </Link>
        ) : (
          <span>{name}</span>
        )}
        {targetKey !== null && <code className={styles.quiet}>{targetKey}</code>}
        {state !== 'planned' && <StateChip tone={stateTones[state]}>{t(`operationState.${state}`)}</StateChip>}
        <EntryAct entry={entry} selection={selection} />
      </span>
      {isDiffShown && modified.length > 0 && (
        <DiffTable
          label={name}
          rows={modified.map((each) => ({ path: each.name, before: each.before, after: each.after }))}
        />
      )}
    </li>
  )
}
