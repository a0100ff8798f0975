import { useTranslation } from 'react-i18next'
import { icons } from '../ui/icons.tsx'
import styles from './set-up.module.css'

type NoticeProps = {
  readonly kind: 'done' | 'ended' | 'unknown' | 'openAgain'
  readonly organization?: string
}

/** There is nothing to do here any more, or nothing yet: why, and whom to ask. */
export function Notice({ kind, organization = '' }: NoticeProps) {
  const { t } = useTranslation('setUp')
  return (
    <div className={styles.notice}>
      {kind === 'done' ? <icons.good size={28} /> : <icons.link size={28} />}
      <h1>{t(`notice.${kind}.title`)}</h1>
      <p>{t(`notice.${kind}.text`, { organization })}</p>
    </div>
  )
}
