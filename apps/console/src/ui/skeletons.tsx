import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './skeletons.module.css'

const patienceMs = 150

/** Grey lines where rows will stand; not before a moment has passed, because most answers come sooner. */
export function Skeletons({ rows = 6 }: { readonly rows?: number }) {
  const { t } = useTranslation()
  const [isShown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), patienceMs)
    return () => clearTimeout(timer)
  }, [])
  if (!isShown) return <div className={styles.space} />
  return (
    <div className={styles.list} role="status" aria-label={t('loading')}>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className={styles.line} />
      ))}
    </div>
  )
}
