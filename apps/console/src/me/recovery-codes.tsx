import { Button } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { CopyButton } from '../ui/copy.tsx'
import { download } from '../ui/csv.ts'
import { icons } from '../ui/icons.tsx'
import { KeptDialog } from '../ui/kept-dialog.tsx'
import { Section } from '../ui/page.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { LabelledTime } from '../ui/labelled-time.tsx'
import styles from './me.module.css'

const fewLeft = 3

/** For the day on which everything else is lost. */
export function RecoveryCodes({ codes }: { readonly codes: RouteAnswer<'getOwnFactors'>['recoveryCodes'] }) {
  const { t } = useTranslation('me')
  const formats = useFormats()
  const [isAsking, setAsking] = useState(false)
  const [shown, setShown] = useState<readonly string[]>()
  const make = useChange('makeOwnRecoveryCodes', { stale: ['getOwnFactors'] })
  const submit = (): void =>
    make.mutate(
      {},
      {
        onSuccess: (made) => {
          setAsking(false)
          setShown(made.codes)
        },
      },
    )
  return (
    <Section
      title={t('codes.title')}
      actions={<Button onClick={() => setAsking(true)}>{t(codes === null ? 'codes.make' : 'codes.makeAgain')}</Button>}
    >
      <p className={styles.note}>{t('codes.text')}</p>
      {codes !== null && (
        <p className={styles.facts}>
          <StateChip tone={codes.left <= fewLeft ? 'warn' : 'good'}>
            {t('codes.left', { count: codes.left, number: formats.number(codes.left) })}
          </StateChip>
          <LabelledTime label={t('codes.made')} at={codes.createdAt} />
        </p>
      )}
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={t(codes === null ? 'codes.make' : 'codes.makeAgain')}
        action={t('codes.show')}
        tier="affects"
        isPending={make.isPending}
        error={make.error}
        onConfirm={submit}
      >
        {t(codes === null ? 'codes.firstText' : 'codes.againText')}
      </ConfirmDialog>
      <ShownCodes codes={shown} onClose={() => setShown(undefined)} />
    </Section>
  )
}

function ShownCodes({ codes, onClose }: { readonly codes: readonly string[] | undefined; onClose(): void }) {
  const { t } = useTranslation('me')
  const text = (codes ?? []).join('\n')
  return (
    <KeptDialog title={t('codes.title')} isOpen={codes !== undefined} kept={t('codes.kept')} onClose={onClose}>
      <p className={styles.note}>{t('codes.once')}</p>
      <ol className={styles.codes}>
        {(codes ?? []).map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <span className={styles.acts}>
        <CopyButton text={text} label={t('codes.copy')} />
        <Button
          leftSection={<icons.download />}
          onClick={() => download('rollcall-recovery-codes.txt', `${text}\n`, 'text/plain')}
        >
          {t('codes.save')}
        </Button>
      </span>
    </KeptDialog>
  )
}
