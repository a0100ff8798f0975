import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, useRoute } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { icons } from '../ui/icons.tsx'
import { showToast } from '../ui/toast.ts'
import styles from './sources.module.css'
import { staleReads, type Read } from './states.tsx'

type PlanActsProps = { readonly read: Read; readonly ids: ReadonlySet<string>; onDone(): void }

/** Approve all that is planned, or leave the selected people as they are. */
export function PlanActs({ read, ids, onDone }: PlanActsProps) {
  const { t } = useTranslation('sources')
  const formats = useFormats()
  const [isAsked, setAsked] = useState(false)
  const apply = useChange('applySourcePlan', { stale: staleReads })
  const reject = useChange('rejectSourceOperations', { stale: staleReads })
  const params = { sourceRead: read.id }
  const leaveOut = (): void =>
    reject.mutate(
      { params, body: { anchors: [...ids] } },
      {
        onSuccess: () => {
          showToast({ tone: 'good', text: t('plan.leftOut', { count: ids.size, number: formats.number(ids.size) }) })
          onDone()
        },
        onError: ({ message }) => showToast({ tone: 'bad', text: message }),
      },
    )
  const confirm = (): void => {
    // Not `mutate`: the buttons are gone from the page by then, and its callbacks with them.
    void apply.mutateAsync({ params, body: {} }).then(
      () => {
        showToast({ tone: 'good', text: t('plan.applied') })
        return setAsked(false)
      },
      () => undefined,
    )
  }
  return (
    <div className={styles.waiting}>
      <icons.plan />
      <p className={styles.grow}>{t('plan.waitsHere')}</p>
      <div className={styles.buttons}>
        {ids.size > 0 && (
          <Button loading={reject.isPending} onClick={leaveOut}>
            {t('plan.leaveOut', { count: ids.size, number: formats.number(ids.size) })}
          </Button>
        )}
        <Button variant="filled" leftSection={<icons.check />} onClick={() => setAsked(true)}>
          {t('plan.apply')}
        </Button>
      </div>
      <ConfirmDialog
        isOpen={isAsked}
        onClose={() => setAsked(false)}
        title={t('plan.applyTitle')}
        action={t('plan.apply')}
        tier="affects"
        isPending={apply.isPending}
        error={apply.error}
        onConfirm={confirm}
      >
        <PlanNames readId={read.id} />
      </ConfirmDialog>
    </div>
  )
}

const namesMax = 8

/** How many, and the first names of each. */
function PlanNames({ readId }: { readonly readId: string }) {
  const { t } = useTranslation('sources')
  const formats = useFormats()
  const { data: plan } = useRoute('getSourcePlan', { params: { sourceRead: readId } })
  return (
    <>
      {plan?.operations
        .filter(({ operation, state }) => operation !== 'none' && state === 'planned')
        .map(({ operation, count, examples }) => (
          <p key={operation}>
            <strong>
              {t('plan.number', { operation: t(`operation.${operation}`), number: formats.number(count) })}
            </strong>{' '}
            {formats.list(examples.slice(0, namesMax).map(({ name, anchor }) => name ?? anchor))}
            {count > namesMax && ' …'}
          </p>
        ))}
      <p>{t('plan.applyText')}</p>
    </>
  )
}
