import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, usePages, type EntryOf } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { SessionState } from '../sessions/session-state.tsx'
import { useSessionWords } from '../sessions/session-words.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { LabelledTime } from '../ui/labelled-time.tsx'
import { Section } from '../ui/page.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { showToast } from '../ui/toast.ts'
import styles from './me.module.css'

type OwnSession = EntryOf<'listOwnSessions'>

/** Where one is signed in: nobody else may have found an open browser. */
export function OwnSessions() {
  const { t } = useTranslation('me')
  const { rows, query } = usePages('listOwnSessions')
  const others = rows.filter(({ isCurrent }) => !isCurrent).length
  const [isAsking, setAsking] = useState(false)
  return (
    <Section
      title={t('tab.sessions')}
      actions={
        others > 0 && (
          <Button data-danger onClick={() => setAsking(true)}>
            {t('sessions.endOthers')}
          </Button>
        )
      }
    >
      <p className={styles.note}>{t('sessions.text')}</p>
      {query.isPending && <Skeletons />}
      {query.isError && <ErrorBlock error={query.error} onRetry={() => void query.refetch()} />}
      <ul className={styles.rows}>
        {rows.map((session) => (
          <SessionRow key={session.id} session={session} />
        ))}
      </ul>
      {query.hasNextPage && (
        <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('sessions.more')}
        </Button>
      )}
      {isAsking && <EndOthersDialog onClose={() => setAsking(false)} />}
    </Section>
  )
}

function SessionRow({ session }: { readonly session: OwnSession }) {
  const { t } = useTranslation('me')
  const words = useSessionWords()
  const { id, isCurrent, ip, startedAt, lastSeenAt } = session
  const end = useChange('endOwnSession', { stale: ['listOwnSessions'] })
  const device = words.device(session)
  return (
    <li className={styles.row}>
      <div className={styles.about}>
        <p className={styles.name}>
          {device}
          {isCurrent ? <StateChip tone="good">{t('sessions.current')}</StateChip> : <SessionState session={session} />}
        </p>
        <p className={styles.facts}>
          <span>{words.method(session)}</span>
          {ip !== null && <span>{ip}</span>}
          <LabelledTime label={t('sessions.started')} at={startedAt} />
          <LabelledTime label={t('sessions.seen')} at={lastSeenAt} />
        </p>
        {end.error !== null && <ErrorBlock error={end.error} />}
      </div>
      {!isCurrent && (
        <Button
          size="compact-xs"
          loading={end.isPending}
          aria-label={t('sessions.endOne', { device })}
          onClick={() => end.mutate({ params: { session: id } })}
        >
          {t('sessions.end')}
        </Button>
      )}
    </li>
  )
}

function EndOthersDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation('me')
  const formats = useFormats()
  const end = useChange('endOtherSessions', { stale: ['listOwnSessions'] })
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={t('sessions.endOthersTitle')}
      action={t('sessions.endOthers')}
      tier="affects"
      isPending={end.isPending}
      error={end.error}
      onConfirm={() =>
        end.mutate(
          {},
          {
            onSuccess: ({ count }) => {
              showToast({ tone: 'good', text: t('sessions.ended', { count, number: formats.number(count) }) })
              onClose()
            },
          },
        )
      }
    >
      {t('sessions.endOthersText')}
    </ConfirmDialog>
  )
}
