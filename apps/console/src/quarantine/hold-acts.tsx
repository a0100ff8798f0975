import { Button } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { showToast } from '../ui/toast.ts'
import styles from './quarantine.module.css'

type HoldActsProps = {
  readonly hold: RouteAnswer<'getAppHold'>
  /** Nobody: the decision is about all. */
  readonly picked: ReadonlySet<string>
  onDone(): void
}

const decisions = ['approve', 'ignore', 'evaluate'] as const
type Decision = (typeof decisions)[number]

/** Let it happen, keep these accounts for good, or judge anew because the cause was undone. */
export function HoldActs({ hold, picked, onDone }: HoldActsProps) {
  const { t } = useTranslation('quarantine')
  const formats = useFormats()
  const [asked, ask] = useState<Decision>()
  const stale = ['listAppHolds', 'getAppHold', 'listAppHoldItems', 'getOverview', 'getAppProgress'] as const
  const approve = useChange('approveAppHold', { stale })
  const reject = useChange('rejectAppHold', { stale })
  const count = picked.size === 0 ? hold.heldCount : picked.size
  const counted = { count, number: formats.number(count) }
  const error = approve.error ?? reject.error
  const decide = (): void => {
    const params = { gateHold: hold.id }
    const objects = picked.size === 0 ? {} : { objects: [...picked] }
    const sent =
      asked === 'approve'
        ? approve.mutateAsync({ params, body: objects })
        : reject.mutateAsync({ params, body: { ...objects, outcome: asked === 'ignore' ? asked : 'evaluate' } })
    // With everything decided this is gone before the answer is; it is told all the same. A refusal stands in the dialog.
    const finish = (): void => {
      ask(undefined)
      onDone()
      showToast({ tone: 'good', text: t('decided', counted) })
    }
    void sent.then(finish, () => undefined)
  }
  return (
    <div className={styles.acts}>
      {decisions.map((decision) => (
        <Button key={decision} {...(decision === 'approve' && { variant: 'filled' })} onClick={() => ask(decision)}>
          {t(`act.${decision}`, counted)}
        </Button>
      ))}
      <ConfirmDialog
        isOpen={asked !== undefined}
        onClose={() => ask(undefined)}
        title={t(`ask.${asked ?? 'approve'}`, counted)}
        action={t(`do.${asked ?? 'approve'}`)}
        tier="affects"
        isPending={approve.isPending || reject.isPending}
        error={error}
        onConfirm={decide}
      >
        {t(`askText.${asked ?? 'approve'}`)}
      </ConfirmDialog>
    </div>
  )
}
