import { useTranslation } from 'react-i18next'
import { toUrl } from '../api/call.ts'
import { serverUrl } from '../api/place.ts'
import { CopyBox } from '../ui/copy.tsx'
import { OneTimeSecret } from '../ui/one-time-secret.tsx'
import styles from './access.module.css'

/** What making or rotating a key answers, of which the secret is shown now or never. */
export type ShownKey = {
  readonly key: string | null
  readonly name: string
  readonly scopes: readonly string[]
  readonly warnings: readonly string[]
}

export function KeySecret({ shown, onClose }: { readonly shown: ShownKey | undefined; onClose(): void }) {
  const { t } = useTranslation('access')
  const isScim = shown?.scopes.includes('scim') === true
  const url = isScim ? `${serverUrl}/scim/v2/ServiceProviderConfig` : toUrl('whoami', {})
  return (
    <OneTimeSecret
      title={t('secret.title', { name: shown?.name ?? '' })}
      secret={shown?.key ?? undefined}
      variable="ROLLCALL_KEY"
      onClose={onClose}
    >
      {shown?.warnings.map((warning) => (
        <p key={warning} className={styles.note} lang="en">
          {warning}
        </p>
      ))}
      <div className={styles.fields}>
        <span className={styles.note}>{t('secret.try')}</span>
        <CopyBox value={`curl ${url} -H "Authorization: Bearer $ROLLCALL_KEY"`} />
      </div>
    </OneTimeSecret>
  )
}
