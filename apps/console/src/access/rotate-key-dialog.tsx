import { Select } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import styles from './access.module.css'
import type { ShownKey } from './key-secret.tsx'
import type { Key } from './keys-table.tsx'

const overlaps = { none: 0, hour: 3_600, day: 86_400, week: 604_800 } as const
type Overlap = keyof typeof overlaps

type RotateKeyDialogProps = {
  readonly secretKey: Key
  readonly isOwn: boolean
  onClose(): void
  onMade(made: ShownKey): void
}

/** A successor with the same rights; both work for as long as is chosen. */
export function RotateKeyDialog({ secretKey, isOwn, onClose, onMade }: RotateKeyDialogProps) {
  const { t } = useTranslation('access')
  const [overlap, setOverlap] = useState<Overlap>('day')
  const rotate = useChange(isOwn ? 'rotateOwnKey' : 'rotateKey', { stale: ['listKeys', 'listOwnKeys'] })
  const submit = (): void =>
    rotate.mutate({ params: { key: secretKey.id }, body: { overlapSeconds: overlaps[overlap] } }, { onSuccess: onMade })
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={t('rotate.title', { name: secretKey.name })}
      action={t('rotate.action')}
      change={rotate}
      onSubmit={submit}
    >
      <p className={styles.note}>{t('rotate.text')}</p>
      <Select
        data-autofocus
        label={t('rotate.overlap')}
        allowDeselect={false}
        // The keys of the table above.
        data={(Object.keys(overlaps) as Overlap[]).map((value) => ({ value, label: t(`overlap.${value}`) }))}
        value={overlap}
        onChange={(value) => setOverlap(value ?? 'day')}
      />
    </FormDialog>
  )
}
