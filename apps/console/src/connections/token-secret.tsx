import { useTranslation } from 'react-i18next'
import { CopyButton } from '../ui/copy.tsx'
import { OneTimeSecret } from '../ui/one-time-secret.tsx'
import styles from './connections.module.css'

type TokenSecretProps = { readonly secret: string | undefined; readonly scimUrl: string; onClose(): void }

/** A new token, this once, with a line to try it. */
export function TokenSecret({ secret, scimUrl, onClose }: TokenSecretProps) {
  const { t } = useTranslation('connections')
  const command = `curl -H "Authorization: Bearer $ROLLCALL_SCIM_TOKEN" "${scimUrl}/Users?count=1"`
  return (
    <OneTimeSecret title={t('token.made')} secret={secret} variable="ROLLCALL_SCIM_TOKEN" onClose={onClose}>
      <div>
        <p className={styles.tryHead}>
          {t('token.try')} <CopyButton text={command} />
        </p>
        <code className={styles.command}>{command}</code>
      </div>
    </OneTimeSecret>
  )
}
