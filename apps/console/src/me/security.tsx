import { Button } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useRoute } from '../api/queries.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Section } from '../ui/page.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { AuthenticatorApp } from './authenticator-app.tsx'
import { LabelledTime } from '../ui/labelled-time.tsx'
import styles from './me.module.css'
import { PasswordDialog } from './password-dialog.tsx'
import { Passkeys } from './passkeys.tsx'
import { RecoveryCodes } from './recovery-codes.tsx'

type Account = RouteAnswer<'getOwnAccount'>

/** Everything that one signs in with. */
export function Security({ account }: { readonly account: Account }) {
  const { data: factors, error, refetch } = useRoute('getOwnFactors')
  return (
    <>
      <Password account={account} />
      {error !== null && <ErrorBlock error={error} onRetry={() => void refetch()} />}
      {factors === undefined && error === null && <Skeletons />}
      {factors !== undefined && (
        <>
          <Passkeys passkeys={factors.passkeys} isPossible={account.passkeysWork} />
          <AuthenticatorApp totp={factors.totp} />
          <RecoveryCodes codes={factors.recoveryCodes} />
        </>
      )}
      <Providers providers={account.providers} />
    </>
  )
}

function Password({ account }: { readonly account: Account }) {
  const { t } = useTranslation('me')
  const [isAsking, setAsking] = useState(false)
  return (
    <Section
      title={t('password.title')}
      actions={account.hasPassword && <Button onClick={() => setAsking(true)}>{t('password.change')}</Button>}
    >
      <p className={styles.note}>{t(account.hasPassword ? 'password.text' : 'password.none')}</p>
      {isAsking && <PasswordDialog onClose={() => setAsking(false)} />}
    </Section>
  )
}

function Providers({ providers }: { readonly providers: Account['providers'] }) {
  const { t } = useTranslation('me')
  return (
    <Section title={t('providers.title')}>
      {providers.length === 0 ? (
        <div className={styles.empty}>
          <p className={styles.name}>{t('providers.none')}</p>
          <p>{t('providers.noneText')}</p>
        </div>
      ) : (
        <ul className={styles.rows}>
          {providers.map(({ provider, subject, linkedAt, lastAt }) => (
            <li key={`${provider.id} ${subject}`} className={styles.row}>
              <div className={styles.about}>
                <p className={styles.name}>{provider.name}</p>
                <p className={styles.facts}>
                  <code>{subject}</code>
                  <LabelledTime label={t('providers.linked')} at={linkedAt} />
                  <LabelledTime label={t('providers.last')} at={lastAt} />
                </p>
              </div>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}
