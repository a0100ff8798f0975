import type { RouteAnswer } from '@rollcall/admin-api'
import { useTranslation } from 'react-i18next'
import { StateChip, type Tone } from '../ui/state-chip.tsx'
import { Time } from '../ui/time.tsx'
import styles from './instance.module.css'

type Entry = RouteAnswer<'getInstanceJobs'>['timetable'][number]

const states = ['completed', 'failed', 'active', 'none', 'other'] as const
type TurnState = (typeof states)[number]

const tones: { readonly [state in TurnState]: Tone } = {
  completed: 'good',
  failed: 'bad',
  active: 'info',
  none: 'quiet',
  other: 'quiet',
}

function toState({ state }: Entry): TurnState {
  return state === null ? 'none' : (states.find((each) => each === state) ?? 'other')
}

/** Work that comes by itself, and how its last turn went. */
export function Timetable({ entries }: { readonly entries: readonly Entry[] }) {
  const { t } = useTranslation('instance')
  if (entries.length === 0) return <p className={styles.lead}>{t('jobs.noTimetable')}</p>
  return (
    <div className={styles.scroll} role="region" aria-label={t('jobs.timetable')} tabIndex={0}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('jobs.job')}</th>
            <th scope="col">{t('jobs.cron')}</th>
            <th scope="col">{t('column.state')}</th>
            <th scope="col">{t('jobs.lastTurn')}</th>
          </tr>
        </thead>
        <tbody>
          {entries.map((entry) => (
            <tr key={entry.name}>
              <td>
                {entry.name}
                {entry.error !== null && <code className={styles.exact}>{entry.error}</code>}
              </td>
              <td>
                <code>{entry.cron}</code>
              </td>
              <td>
                <StateChip tone={tones[toState(entry)]}>{t(`jobs.turn.${toState(entry)}`)}</StateChip>
              </td>
              <td>
                <Time at={entry.endedAt ?? entry.startedAt} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
