import { Checkbox } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ErrorBlock } from '../ui/error-block.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import styles from './set-up.module.css'
import { useVisitChange, type Visit } from './visit.ts'

/** What can be seen from here is done by itself; the rest is ticked off. */
export function StepProgress({ visit, id }: { readonly visit: Visit; readonly id: string }) {
  const { t } = useTranslation('setUp')
  const settle = useVisitChange('settleSetupStep')
  // It shows at once what was ticked, before the server has said so.
  const [wanted, setWanted] = useState<boolean>()
  const step = visit.steps.find((each) => each.step === id)
  if (step === undefined) return null
  if (step.by === 'seen')
    return (
      <div className={styles.progress}>
        <StateChip tone={step.done ? 'good' : 'quiet'}>{step.done ? t('step.seen') : t('step.waiting')}</StateChip>
      </div>
    )
  const tick = (done: boolean): void => {
    setWanted(done)
    settle.mutate({ body: { step: id, done } }, { onSettled: () => setWanted(undefined) })
  }
  return (
    <div className={styles.progress}>
      <Checkbox
        label={t('step.done')}
        checked={wanted ?? step.done}
        onChange={(event) => tick(event.currentTarget.checked)}
      />
      {settle.isError && <ErrorBlock error={settle.error} />}
    </div>
  )
}
