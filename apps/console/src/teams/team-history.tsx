import { useTranslation } from 'react-i18next'
import { usePages, type EntryOf } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { DiffTable } from '../ui/diff-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { Time } from '../ui/time.tsx'
import styles from './teams.module.css'

type Event = EntryOf<'listTeamHistory'>

/** What happened to the team: who joined and left, when, and by what. */
export function TeamHistory({ teamId }: { readonly teamId: string }) {
  const { t } = useTranslation('teams')
  const { rows, query } = usePages('listTeamHistory', { params: { team: teamId } })
  if (query.isPending) return <Skeletons />
  if (query.isError) return <ErrorBlock error={query.error} onRetry={() => void query.refetch()} />
  if (rows.length === 0) return <EmptyState icon="clock" title={t('history.none')} />
  return (
    <ol className={styles.history}>
      {rows.map((event) => (
        <li key={event.position} className={styles.event}>
          <p className={styles.eventHead}>
            <strong>{event.action}</strong>
            <span>{event.actor}</span>
            <span>{event.via}</span>
            <Time at={event.at} />
          </p>
          <Moved event={event} />
          {event.changes.length > 0 && <DiffTable label={event.action} rows={event.changes} />}
        </li>
      ))}
    </ol>
  )
}

const namesMax = 8

function Moved({ event: { joined, joinedCount, left, leftCount } }: { readonly event: Event }) {
  const { t } = useTranslation('teams')
  const formats = useFormats()
  const namesOf = (members: Event['joined']): string =>
    formats.list(members.slice(0, namesMax).map(({ id, name }) => name ?? id))
  const numbers = (count: number, members: Event['joined']) => ({
    count,
    number: formats.number(count),
    names: namesOf(members),
  })
  return (
    <>
      {joinedCount > 0 && <p className={styles.moved}>{t('history.joined', numbers(joinedCount, joined))}</p>}
      {leftCount > 0 && <p className={styles.moved}>{t('history.left', numbers(leftCount, left))}</p>}
    </>
  )
}
