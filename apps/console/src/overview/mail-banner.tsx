import { Button } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan } from '../api/session.ts'
import { icons } from '../ui/icons.tsx'
import { DismissDialog } from './dismiss-dialog.tsx'
import styles from './overview.module.css'

/** Without a mail server nobody gets an invitation: that must not be found out by waiting. */
export function MailBanner({ overview }: { readonly overview: RouteAnswer<'getOverview'> }) {
  const { t } = useTranslation('overview')
  const can = useCan()
  const [isAsked, setAsked] = useState(false)
  const need = overview.needs.find(({ code }) => code === 'mailNotConfigured')
  if (need === undefined) return null
  return (
    <aside className={styles.banner} aria-label={t('mail.title')}>
      <icons.mail size={18} />
      <div className={styles.bannerWords}>
        <p className={styles.bannerTitle}>{t('mail.title')}</p>
        <p>{t('mail.text')}</p>
      </div>
      {can('settings:manage') && <Button onClick={() => setAsked(true)}>{t('dismiss.act')}</Button>}
      <DismissDialog need={isAsked ? need : undefined} words={t('mail.title')} onClose={() => setAsked(false)} />
    </aside>
  )
}
