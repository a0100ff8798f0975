import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import styles from './set-up.module.css'
import { useVisitChange, type Visit } from './visit.ts'

/** Ends the link; with steps that are open, one is told how many. */
export function Finish({ visit }: { readonly visit: Visit }) {
  const { t } = useTranslation('setUp')
  const [isAsking, setAsking] = useState(false)
  const finish = useVisitChange('finishSetupVisit')
  const open = visit.steps.filter(({ done }) => !done).length
  return (
    <div className={styles.finish}>
      <span>{open === 0 ? t('finish.allDone') : t('finish.open', { count: open })}</span>
      <Button variant="filled" onClick={() => setAsking(true)}>
        {t('finish.act')}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => {
          setAsking(false)
          finish.reset()
        }}
        title={t('finish.title')}
        action={t('finish.act')}
        tier="affects"
        isPending={finish.isPending}
        error={finish.error}
        onConfirm={() => finish.mutate({})}
      >
        {t('finish.text', { organization: visit.organization.name })}
      </ConfirmDialog>
    </div>
  )
}
