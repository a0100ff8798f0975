import { Button } from '@mantine/core'
import { useQueries } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { RouteAnswer } from '@rollcall/admin-api'
import { routeQuery, useChange, useOrganizationSlug, usePages, type EntryOf } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { icons } from '../ui/icons.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { StateChip, type Tone } from '../ui/state-chip.tsx'
import { TimeInWords } from '../ui/time-in-words.tsx'
import { tellOutcome } from '../ui/toast.ts'
import styles from './teams.module.css'

type AppTeam = RouteAnswer<'getAppTeam'>
type App = EntryOf<'listApps'>

const tones: { readonly [state in AppTeam['state']]: Tone } = {
  linked: 'good',
  unlinked: 'quiet',
  disabled: 'warn',
  dead: 'bad',
  ignored: 'quiet',
}

/** The team as a group of each app: whether it is one, how many members are there of how many here, what waits. */
export function TeamApps({ teamId, people }: { readonly teamId: string; readonly people: number | undefined }) {
  const { t } = useTranslation('teams')
  const organization = useOrganizationSlug()
  const { rows: apps, query } = usePages('listApps')
  const answers = useQueries({
    queries: apps.map(({ id }) => routeQuery('getAppTeam', organization, { params: { app: id, team: teamId } })),
  })
  if (query.isPending) return <Skeletons />
  if (query.isError) return <ErrorBlock error={query.error} onRetry={() => void query.refetch()} />
  if (apps.length === 0) return <EmptyState icon="apps" title={t('apps.none')} />
  return (
    <ul className={styles.apps}>
      {apps.map((app, index) => {
        const answer = answers[index]
        return (
          <li key={app.id} className={styles.app}>
            <Link className={styles.appName} to="/$organization/apps/$app" params={{ organization, app: app.id }}>
              {app.name}
            </Link>
            {answer?.data !== undefined && <OneApp app={app} link={answer.data} people={people} />}
            {answer?.isError === true && <span className={styles.quiet}>{t('apps.notPushed')}</span>}
          </li>
        )
      })}
    </ul>
  )
}

type OneAppProps = { readonly app: App; readonly link: AppTeam; readonly people: number | undefined }

function OneApp({ app, link, people }: OneAppProps) {
  const { t } = useTranslation('teams')
  const formats = useFormats()
  const can = useCan()
  const push = useChange('pushAppTeam', { stale: ['getAppTeam', 'getAppProgress'] })
  const there = formats.number(link.members)
  const state = link.state === 'unlinked' && !link.isInScope ? 'outOfScope' : link.state
  return (
    <>
      <StateChip tone={tones[link.state]}>{t(`apps.state.${state}`)}</StateChip>
      {link.state === 'linked' && (
        <span>
          {people === undefined
            ? t('apps.members', { count: link.members, there })
            : t('apps.membersOf', { count: people, there, here: formats.number(people) })}
        </span>
      )}
      {link.groupId !== null && <code className={styles.quiet}>{link.groupId}</code>}
      {link.sentAt !== null && (
        <span className={styles.quiet}>
          <TimeInWords text={t('apps.sent')} at={link.sentAt} />
        </span>
      )}
      {link.isPaused && <StateChip tone="warn">{t('apps.paused')}</StateChip>}
      {link.waitsFor !== null && <StateChip tone="info">{t(`apps.waits.${link.waitsFor}`)}</StateChip>}
      {can('apps:run') && link.state === 'linked' && (
        <Button
          size="compact-sm"
          leftSection={<icons.send />}
          loading={push.isPending}
          onClick={() =>
            tellOutcome(push.mutateAsync({ params: { app: app.id, team: link.teamId } }), () => t('apps.pushed'))
          }
        >
          {t('apps.push')}
        </Button>
      )}
      {link.failure !== null && (
        <span className={styles.failure}>
          {link.failure.code} {link.failure.detail ?? ''}
        </span>
      )}
    </>
  )
}
