import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug } from '../api/queries.ts'
import { StateChip } from '../ui/state-chip.tsx'
import { findFailure } from './failure-codes.ts'
import styles from './sso.module.css'

type FailureWordsProps = {
  readonly code: string
  /** What was there and what should have been, in the server's words. */
  readonly detail: string | null
  /** Where what was exchanged stands; null: nowhere, or it is open already. */
  readonly failure: string | null
  readonly provider: string
}

/** A failed sign-in by its name: what is wrong, on which side, what to do. */
export function FailureWords({ code, detail, failure, provider }: FailureWordsProps) {
  const { t } = useTranslation('ssoFailures')
  const organization = useOrganizationSlug()
  const known = findFailure(code)
  return (
    <div className={styles.explained}>
      <p className={styles.stepHead}>
        <strong>{known === undefined ? code : t(`title.${known.code}`)}</strong>
        {known !== undefined && <StateChip tone="info">{t(`side.${known.side}`)}</StateChip>}
      </p>
      {known !== undefined && <p>{t(`fix.${known.code}`)}</p>}
      {detail !== null && <p className={styles.quiet}>{detail}</p>}
      <p className={styles.quiet}>
        <code>{code}</code>{' '}
        {failure !== null && (
          <Link
            to="/$organization/single-sign-on/$provider"
            params={{ organization, provider }}
            search={{ tab: 'signIns', open: failure }}
          >
            {t('show')}
          </Link>
        )}
      </p>
    </div>
  )
}
