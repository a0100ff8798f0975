import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { StateChip, type Tone } from '../ui/state-chip.tsx'
import { Time } from '../ui/time.tsx'
import type { Upcoming } from './upcoming-page.tsx'
import styles from './upcoming.module.css'

const tones: { readonly [kind in Upcoming['kind']]: Tone } = {
  create: 'info',
  join: 'good',
  move: 'info',
  leave: 'warn',
  delete: 'bad',
}

/** One date: what happens to whom, which source says so, and what became of it. */
export function UpcomingEntry({ entry, onCancel }: { readonly entry: Upcoming; onCancel(): void }) {
  const { t } = useTranslation('upcoming')
  const organization = useOrganizationSlug()
  const can = useCan()
  const { kind, at, state, personId, name, anchor, sourceId, detail, endedAt, endedBy, reason } = entry
  return (
    <li className={styles.entry}>
      <span className={styles.kind}>
        <StateChip tone={state === 'waiting' ? tones[kind] : 'quiet'}>{t(`kind.${kind}`)}</StateChip>
      </span>
      <span className={styles.person}>
        {personId === null ? (
          anchor
        ) : (
          <Link to="/$organization/users/$user" params={{ organization, user: personId }}>
            {name ?? anchor}
          </Link>
        )}
      </span>
      <span className={styles.quiet}>
        <Link
          to="/$organization/sources/$source"
          params={{ organization, source: sourceId }}
          search={{ tab: 'records', open: anchor }}
        >
          <SourceName id={sourceId} /> · {anchor}
        </Link>
      </span>
      <span className={styles.quiet}>
        {state === 'waiting' ? <Time at={at} /> : <Time at={endedAt} />}
        {endedBy !== null && <> · {t('cancelledBy', { name: endedBy })}</>}
        {reason !== null && <> · {reason}</>}
        {detail !== null && (
          <>
            {' · '}
            <span lang="en">{detail}</span>
          </>
        )}
      </span>
      {state === 'waiting' && can('sources:run') && (
        <Button size="xs" variant="subtle" onClick={onCancel}>
          {t('cancel.action')}
        </Button>
      )}
    </li>
  )
}

/** All entries share the one list of sources. */
function SourceName({ id }: { readonly id: string }) {
  const { t } = useTranslation('upcoming')
  const { data } = useRoute('listSources', { query: { limit: 100 } })
  return data?.data.find((source) => source.id === id)?.name ?? t('source')
}
