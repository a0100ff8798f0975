import type { RouteAnswer } from '@rollcall/admin-api'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, useRoute } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { useConnectionNames } from '../requests/connection-names.ts'
import { DefinitionList } from '../ui/definition-list.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Page, Section } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { Time } from '../ui/time.tsx'
import { HoldActs } from './hold-acts.tsx'
import { HoldState } from './hold-state.tsx'
import styles from './holds.module.css'

const route = getRouteApi('/$organization/holds/$hold')

/** One mass change: whom it is about, by name, and what is decided. */
export function HoldPage() {
  const { t } = useTranslation('holds')
  const formats = useFormats()
  const { organization, hold: id } = route.useParams()
  const { data: hold, error, refetch } = useRoute('getHold', { params: { hold: id } })
  const crumbs = [{ label: t('title'), link: { to: '/$organization/holds', params: { organization } } as const }]
  if (hold === undefined)
    return (
      <Page>
        <PageHeader title={t('hold')} crumbs={crumbs} />
        {error === null ? <Skeletons /> : <ErrorBlock error={error} onRetry={() => void refetch()} />}
      </Page>
    )
  return (
    <Page>
      <PageHeader
        title={t('changes', { count: hold.changeCount, number: formats.number(hold.changeCount) })}
        crumbs={crumbs}
        mark={<HoldState state={hold.state} />}
        actions={<HoldActs hold={hold} />}
        source={{
          route: 'getHold',
          params: { organization, hold: id },
          cli: `hold show --organization ${organization} ${id}`,
          json: hold,
        }}
      />
      <Section title={t('why')}>
        <HoldFacts hold={hold} />
      </Section>
      <Section title={t('whom')}>
        <ol className={styles.changes}>
          {hold.changes.map((change, index) => (
            <HeldChange key={`${change.subject.id} ${change.member?.id ?? index}`} change={change} />
          ))}
        </ol>
      </Section>
    </Page>
  )
}

function HoldFacts({ hold }: { readonly hold: RouteAnswer<'getHold'> }) {
  const { t } = useTranslation('holds')
  const formats = useFormats()
  const nameOf = useConnectionNames()
  return (
    <DefinitionList
      items={[
        { term: t('column.connection'), value: nameOf(hold.connectionId) },
        { term: t('threshold'), value: formats.number(hold.threshold) },
        { term: t('column.opened'), value: <Time at={hold.openedAt} isAbsolute /> },
        { term: t('column.decided'), value: <Time at={hold.decidedAt} isAbsolute /> },
        { term: t('decidedBy'), value: hold.decidedBy ?? '–' },
        ...(hold.undoneAt === null
          ? []
          : [{ term: t('undoneBy'), value: `${hold.undoneBy ?? '–'} · ${formats.instant(hold.undoneAt)}` }]),
      ]}
    />
  )
}

type Change = RouteAnswer<'getHold'>['changes'][number]

function HeldChange({ change }: { readonly change: Change }) {
  const { t } = useTranslation('holds')
  const { action, subject, member, requestedAt, reason, revokedKeys } = change
  return (
    <li>
      <span className={styles.action}>{t(`action.${action}`)}</span>
      <Subject subject={member ?? subject} />
      {member !== null && <span>{t('fromTeam', { name: subject.name ?? subject.id })}</span>}
      {reason !== null && <span className={styles.quiet}>{reason}</span>}
      {revokedKeys.length > 0 && (
        <span className={styles.quiet}>{t('keysRevoked', { count: revokedKeys.length })}</span>
      )}
      <span className={styles.time}>
        <Time at={requestedAt} />
      </span>
    </li>
  )
}

function Subject({ subject: { kind, id, name } }: { readonly subject: Change['subject'] }) {
  const { t } = useTranslation('holds')
  const organization = useOrganizationSlug()
  if (name === null) return <span>{t('gone')}</span>
  if (kind === 'team')
    return (
      <Link to="/$organization/teams/$team" params={{ organization, team: id }}>
        {name}
      </Link>
    )
  return (
    <Link to="/$organization/users/$user" params={{ organization, user: id }}>
      {name}
    </Link>
  )
}
