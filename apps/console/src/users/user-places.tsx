import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useOrganizationSlug, useRoute } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { DefinitionList } from '../ui/definition-list.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Section } from '../ui/page.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { StateChip, type Tone } from '../ui/state-chip.tsx'
import { Time } from '../ui/time.tsx'
import { TimeInWords } from '../ui/time-in-words.tsx'
import type { UserTab } from './tabs.ts'
import styles from './users.module.css'

type Places = RouteAnswer<'getPersonPage'>
type Account = NonNullable<Places['accounts']>[number]

const tones: { readonly [state in Account['state']]: Tone } = {
  inSync: 'good',
  pending: 'info',
  waiting: 'info',
  failed: 'bad',
  held: 'warn',
  disabled: 'quiet',
  outOfScope: 'quiet',
  ignored: 'quiet',
}

/** Where somebody has a place: accounts in apps, teams and why, ways to sign in. */
export function UserPlaces({
  tab,
  person,
}: {
  readonly tab: Extract<UserTab, 'apps' | 'teams' | 'signIn'>
  readonly person: string
}) {
  const { data, error, refetch } = useRoute('getPersonPage', { params: { person } })
  if (error !== null) return <ErrorBlock error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeletons />
  if (tab === 'apps') return <Apps accounts={data.accounts} />
  if (tab === 'teams') return <Teams teams={data.teams} />
  return <SignIn signIn={data.signIn} keys={data.keys} />
}

/** The part is there, and whoever looks may not see it. */
function Hidden() {
  const { t } = useTranslation('users')
  return <EmptyState icon="lock" title={t('places.hidden')} />
}

function Apps({ accounts }: { readonly accounts: Places['accounts'] }) {
  const { t } = useTranslation('users')
  if (accounts === null) return <Hidden />
  if (accounts.length === 0)
    return (
      <EmptyState icon="apps" title={t('places.noApps')}>
        {t('places.noAppsText')}
      </EmptyState>
    )
  return (
    <ul className={styles.places}>
      {accounts.map(({ app, state, targetKey, appliedAt, failure }) => (
        <li key={app.id} className={styles.place}>
          <strong className={styles.placeName}>{app.name}</strong>
          <StateChip tone={tones[state]}>{t(`accountState.${state}`)}</StateChip>
          <code className={styles.placeKey}>{targetKey ?? '–'}</code>
          <span className={styles.placeTime}>
            <Time at={appliedAt} />
          </span>
          {failure !== null && (
            <span className={styles.placeFailure}>
              {failure.code} {failure.detail ?? ''}
            </span>
          )}
        </li>
      ))}
    </ul>
  )
}

function Teams({ teams }: { readonly teams: Places['teams'] }) {
  const { t } = useTranslation('users')
  const organization = useOrganizationSlug()
  if (teams === null) return <Hidden />
  if (teams.length === 0) return <EmptyState icon="teams" title={t('noTeams')} />
  return (
    <ul className={styles.places}>
      {teams.map(({ team, since, until, via, source }) => (
        <li key={team.id} className={styles.place}>
          <Link className={styles.placeName} to="/$organization/teams/$team" params={{ organization, team: team.id }}>
            {team.name}
          </Link>
          <span>
            {t(`via.${via}`)}
            {source?.name !== null && source?.name !== undefined && ` · ${source.name}`}
          </span>
          <span className={styles.placeTime}>
            <TimeInWords text={t('places.since')} at={since} isAbsolute />
          </span>
          {until !== null && (
            <span className={styles.placeTime}>
              <TimeInWords text={t('places.until')} at={until} isAbsolute />
            </span>
          )}
        </li>
      ))}
    </ul>
  )
}

function SignIn({ signIn, keys }: { readonly signIn: Places['signIn']; readonly keys: number | null }) {
  const { t } = useTranslation('users')
  const formats = useFormats()
  if (signIn === null) return <Hidden />
  const yesOrNo = (is: boolean): string => t(is ? 'places.yes' : 'places.no')
  return (
    <Section title={t('userTab.signIn')}>
      <DefinitionList
        items={[
          ...signIn.providers.map(({ provider, subject }) => ({
            term: provider.name ?? provider.type,
            value: <code>{subject}</code>,
          })),
          { term: t('places.password'), value: yesOrNo(signIn.hasPassword) },
          { term: t('places.passkeys'), value: formats.number(signIn.passkeys) },
          { term: t('places.totp'), value: yesOrNo(signIn.hasTotp) },
          { term: t('places.recoveryCodes'), value: formats.number(signIn.recoveryCodesLeft) },
          { term: t('places.sessions'), value: formats.number(signIn.sessions) },
          { term: t('places.lastSignIn'), value: <Time at={signIn.lastSignInAt} /> },
          ...(keys === null ? [] : [{ term: t('places.keys'), value: formats.number(keys) }]),
        ]}
      />
    </Section>
  )
}
