import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, useOrganizationSlug } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { icons } from '../ui/icons.tsx'
import { showToast } from '../ui/toast.ts'
import { useReadCounts } from './read-counts.ts'
import styles from './sources.module.css'
import { staleReads, type Read } from './states.tsx'

/** A read that waits for a person: a guard holds it, or its plan wants an approval. */
export function HeldRead({ read }: { readonly read: Read }) {
  const { t } = useTranslation('sources')
  const organization = useOrganizationSlug()
  const countsOf = useReadCounts()
  const isHeld = read.state === 'held'
  return (
    <div className={styles.waiting} role="status">
      <icons.warning />
      <div className={styles.grow}>
        <p className={styles.waitingTitle}>{isHeld ? t(`held.${read.heldReason ?? 'unknown'}`) : t('plan.waits')}</p>
        {isHeld && <p lang="en">{read.heldDetail}</p>}
        <p className={styles.quiet}>{countsOf(read)}</p>
        {isHeld && <p className={styles.quiet}>{t('held.next')}</p>}
      </div>
      {isHeld ? (
        <HeldActs read={read} />
      ) : (
        <Button
          variant="filled"
          renderRoot={(props) => (
            <Link {...props} to="/$organization/source-reads/$read" params={{ organization, read: read.id }} />
          )}
        >
          {t('plan.look')}
        </Button>
      )}
    </div>
  )
}

function HeldActs({ read }: { readonly read: Read }) {
  const { t } = useTranslation('sources')
  const can = useCan()
  const [asked, setAsked] = useState<'approve' | 'reject'>()
  const approve = useChange('approveSourceRead', { stale: staleReads })
  const reject = useChange('rejectSourceRead', { stale: staleReads })
  if (!can('sources:run')) return null
  const act = asked === 'reject' ? reject : approve
  const close = (): void => setAsked(undefined)
  const confirm = (): void => {
    // Not `mutate`: what waits is gone from the page by then, and its callbacks with it.
    void act.mutateAsync({ params: { sourceRead: read.id }, body: {} }).then(
      () => {
        showToast({ tone: 'good', text: asked === 'reject' ? t('held.rejected') : t('held.approved') })
        return close()
      },
      () => undefined,
    )
  }
  return (
    <div className={styles.buttons}>
      <Button variant="filled" leftSection={<icons.check />} onClick={() => setAsked('approve')}>
        {t('held.approve')}
      </Button>
      <Button leftSection={<icons.close />} onClick={() => setAsked('reject')}>
        {t('held.reject')}
      </Button>
      <ConfirmDialog
        isOpen={asked !== undefined}
        onClose={close}
        title={asked === 'reject' ? t('held.rejectTitle') : t('held.approveTitle')}
        action={asked === 'reject' ? t('held.reject') : t('held.approve')}
        tier="affects"
        isPending={act.isPending}
        error={act.error}
        onConfirm={confirm}
      >
        <p lang="en">{read.heldDetail}</p>
        <p>{asked === 'reject' ? t('held.rejectText') : t('held.approveText')}</p>
      </ConfirmDialog>
    </div>
  )
}
