import { useTranslation } from 'react-i18next'
import styles from './setup.module.css'

type FailureWordsProps = { readonly reason: string; readonly detail: string | null; readonly place?: string | null }

/** Why a source could not be read, what can be done, and folded away what its server said. */
export function FailureWords({ reason, detail, place = null }: FailureWordsProps) {
  const { t } = useTranslation('sourceSetup')
  return (
    <div className={styles.failure}>
      <p>
        <strong>{t(`failure.${reason}.meaning`, { defaultValue: reason })}</strong>
      </p>
      <p>{t(`failure.${reason}.remedy`, { defaultValue: '' })}</p>
      {detail !== null && (
        <details className={styles.raw}>
          <summary>{t('failure.raw')}</summary>
          <p lang="en">
            {detail} {place !== null && <code>{place}</code>} <code>{reason}</code>
          </p>
        </details>
      )}
    </div>
  )
}
