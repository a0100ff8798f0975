import { Radio } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import styles from './connections.module.css'
import type { Token } from './tokens.tsx'

const overlaps = { now: 0, hour: 3_600, day: 24 * 3_600, week: 7 * 24 * 3_600 } as const
type Overlap = keyof typeof overlaps
const names: readonly Overlap[] = ['now', 'hour', 'day', 'week']

type RotateTokenDialogProps = { readonly token: Token | undefined; onClose(): void; onMade(secret: string): void }

/** A successor; the old one goes on for a while, so that nothing is cut off. */
export function RotateTokenDialog({ token, onClose, onMade }: RotateTokenDialogProps) {
  const { t } = useTranslation('connections')
  const [overlap, setOverlap] = useState<Overlap>('day')
  const rotate = useChange('rotateKey', { stale: ['listKeys', 'getConnectionHealth'] })
  const submit = (): void => {
    if (token === undefined) return
    rotate.mutate(
      { params: { key: token.id }, body: { overlapSeconds: overlaps[overlap] } },
      {
        onSuccess: ({ key }) => {
          onClose()
          if (key !== null) onMade(key)
        },
      },
    )
  }
  return (
    <FormDialog
      isOpen={token !== undefined}
      onClose={onClose}
      title={t('token.rotateTitle', { name: token?.name ?? '' })}
      action={t('token.rotate')}
      change={rotate}
      onSubmit={submit}
    >
      <Radio.Group
        label={t('token.overlap')}
        value={overlap}
        onChange={(value) => setOverlap(names.find((each) => each === value) ?? 'day')}
      >
        <div className={styles.choices}>
          {names.map((value) => (
            <Radio key={value} value={value} label={t(`token.overlapFor.${value}`)} />
          ))}
        </div>
      </Radio.Group>
    </FormDialog>
  )
}
