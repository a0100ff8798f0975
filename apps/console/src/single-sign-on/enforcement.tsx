import { Button } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, useOrganizationSlug, useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { Time } from '../ui/time.tsx'
import { showToast } from '../ui/toast.ts'
import { Mark } from './mark.tsx'
import styles from './sso.module.css'

type State = RouteAnswer<'getSignInEnforcement'>
const stale = ['getSignInEnforcement', 'getOrganization'] as const

/** Makes identity providers the only way in, once nobody can be locked out by it. */
export function Enforcement() {
  const { t } = useTranslation('singleSignOn')
  const can = useCan()
  const { data, error, refetch } = useRoute('getSignInEnforcement')
  if (error !== null) return <ErrorBlock error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeletons rows={3} />
  return (
    <div className={styles.stack}>
      <p>
        <StateChip tone={data.enforced ? 'good' : 'quiet'}>
          {data.enforced ? t('enforce.is') : t('enforce.isNot')}
        </StateChip>
      </p>
      {!data.enforced && <Conditions state={data} />}
      <WayBack state={data} />
      {can('settings:manage') && <Act state={data} />}
    </div>
  )
}

function Conditions({ state: { identityProviders, test, wayBack } }: { readonly state: State }) {
  const { t } = useTranslation('singleSignOn')
  return (
    <ul className={styles.list}>
      <Condition isMet={identityProviders > 0}>{t('enforce.needsProvider')}</Condition>
      <Condition isMet={test !== null}>
        {t('enforce.needsTest')} {test !== null && <Time at={test.finishedAt} />}
      </Condition>
      <Condition isMet={wayBack.length > 0}>{t('enforce.needsWayBack')}</Condition>
    </ul>
  )
}

function Condition({ isMet, children }: { readonly isMet: boolean; readonly children: ReactNode }) {
  const { t } = useTranslation('singleSignOn')
  return (
    <li className={styles.row}>
      <Mark isGood={isMet}>{isMet ? t('enforce.met') : t('enforce.unmet')}</Mark>
      <span className={styles.grow}>{children}</span>
    </li>
  )
}

/** Who comes in when no identity provider lets anybody in. */
function WayBack({ state: { wayBack } }: { readonly state: State }) {
  const { t } = useTranslation('singleSignOn')
  const organization = useOrganizationSlug()
  const formats = useFormats()
  if (wayBack.length === 0) return <p className={styles.quiet}>{t('enforce.noWayBack')}</p>
  return (
    <div>
      <p className={styles.quiet}>{t('enforce.wayBack')}</p>
      <ul className={styles.list}>
        {wayBack.map(({ id, userName, name, by }) => (
          <li key={id} className={styles.row}>
            <Link to="/$organization/users/$user" params={{ organization, user: id }}>
              {name ?? userName}
            </Link>
            <span className={styles.grow}>{formats.list(by.map((way) => t(`enforce.by.${way}`)))}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

function Act({ state: { enforced, ready } }: { readonly state: State }) {
  const { t } = useTranslation('singleSignOn')
  const [isAsking, setAsking] = useState(false)
  const change = useChange('enforceSingleSignOn', { stale })
  const set = (wanted: boolean): void =>
    change.mutate(
      { body: { enforced: wanted } },
      {
        onSuccess: () => {
          setAsking(false)
          showToast({ tone: 'good', text: wanted ? t('enforce.doneOn') : t('enforce.doneOff') })
        },
      },
    )
  if (enforced)
    return (
      <div className={styles.stack}>
        {change.error !== null && <ErrorBlock error={change.error} />}
        <div>
          <Button loading={change.isPending} onClick={() => set(false)}>
            {t('enforce.relax')}
          </Button>
        </div>
      </div>
    )
  return (
    <div>
      <Button data-danger disabled={!ready} onClick={() => setAsking(true)}>
        {t('enforce.action')}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={t('enforce.confirmTitle')}
        action={t('enforce.action')}
        tier="affects"
        isPending={change.isPending}
        error={change.error}
        onConfirm={() => set(true)}
      >
        {t('enforce.confirmText')}
      </ConfirmDialog>
    </div>
  )
}
