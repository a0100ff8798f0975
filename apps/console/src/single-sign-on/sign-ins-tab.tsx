import { getRouteApi, Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { usePages, useRoute } from '../api/queries.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Section } from '../ui/page.tsx'
import { SidePanel } from '../ui/side-panel.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { Time } from '../ui/time.tsx'
import { findFailure } from './failure-codes.ts'
import { FailurePanel } from './failure-panel.tsx'
import type { Provider } from './provider-state.tsx'
import styles from './sso.module.css'

const route = getRouteApi('/$organization/single-sign-on/$provider')
const shownMax = 50

/** The last sign-ins by it: who did not come in and why, and who did. */
export function SignInsTab({ provider }: { readonly provider: Provider }) {
  const { t } = useTranslation('singleSignOn')
  const { open } = route.useSearch()
  const navigate = route.useNavigate()
  const show = (failure: string | undefined): void =>
    void navigate({ search: (before) => ({ ...before, open: failure }) })
  return (
    <>
      <Section title={t('signIns.failed')}>
        <p className={styles.lead}>{t('signIns.failedText')}</p>
        <Failures provider={provider} onOpen={show} />
      </Section>
      <Section title={t('signIns.passed')}>
        <Passed provider={provider} />
      </Section>
      <SidePanel title={t('signIns.failure')} isOpen={open !== undefined} onClose={() => show(undefined)}>
        {open !== undefined && <FailurePanel id={open} provider={provider} />}
      </SidePanel>
    </>
  )
}

function Failures({ provider, onOpen }: { readonly provider: Provider; onOpen(failure: string): void }) {
  const { t } = useTranslation(['singleSignOn', 'ssoFailures'])
  const query = { identityProvider: provider.id, limit: shownMax }
  const { data, error, refetch } = useRoute('listSignInFailures', { query })
  if (error !== null) return <ErrorBlock error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeletons rows={4} />
  if (data.data.length === 0) return <p className={styles.quiet}>{t('signIns.noneFailed')}</p>
  return (
    <ul className={styles.list}>
      {data.data.map(({ id, at, code, detail }) => {
        const known = findFailure(code)
        return (
          <li key={id} className={styles.row}>
            <button type="button" className={styles.open} onClick={() => onOpen(id)}>
              {known === undefined ? code : t(`ssoFailures:title.${known.code}`)}
            </button>
            <span className={styles.grow}>{detail}</span>
            <Time at={at} />
          </li>
        )
      })}
    </ul>
  )
}

function Passed({ provider }: { readonly provider: Provider }) {
  const { t } = useTranslation('singleSignOn')
  const { organization } = route.useParams()
  const values = { query: { identityProvider: provider.id, ended: true, limit: shownMax } }
  const { rows, query } = usePages('listSessions', values)
  if (query.isError) return <ErrorBlock error={query.error} onRetry={() => void query.refetch()} />
  if (query.isPending) return <Skeletons rows={4} />
  if (rows.length === 0) return <p className={styles.quiet}>{t('signIns.nonePassed')}</p>
  return (
    <ul className={styles.list}>
      {rows.slice(0, shownMax).map(({ id, userId, name, ip, startedAt, endedAt }) => (
        <li key={id} className={styles.row}>
          <Link to="/$organization/users/$user" params={{ organization, user: userId }}>
            {name ?? userId}
          </Link>
          <span className={styles.grow}>{ip}</span>
          <span className={styles.quiet}>{endedAt === null ? t('signIns.open') : t('signIns.ended')}</span>
          <Time at={startedAt} />
        </li>
      ))}
    </ul>
  )
}
