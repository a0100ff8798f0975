import { Button } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Section } from '../ui/page.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { LabelledTime } from '../ui/labelled-time.tsx'
import styles from './me.module.css'
import { TotpDialog } from './totp-dialog.tsx'

/** Codes of six digits from a telephone. */
export function AuthenticatorApp({ totp }: { readonly totp: RouteAnswer<'getOwnFactors'>['totp'] }) {
  const { t } = useTranslation('me')
  const [asked, ask] = useState<'set' | 'remove'>()
  const remove = useChange('removeOwnTotp', { stale: ['getOwnFactors'] })
  const close = (): void => {
    remove.reset()
    ask(undefined)
  }
  return (
    <Section
      title={t('totp.title')}
      actions={
        <>
          <Button onClick={() => ask('set')}>{t(totp === null ? 'totp.setUp' : 'totp.replace')}</Button>
          {totp !== null && (
            <Button data-danger aria-label={t('totp.removeTitle')} onClick={() => ask('remove')}>
              {t('remove')}
            </Button>
          )}
        </>
      }
    >
      <p className={styles.note}>{t('totp.text')}</p>
      {totp !== null && (
        <p className={styles.facts}>
          <StateChip tone="good">{t('totp.on')}</StateChip>
          <LabelledTime label={t('totp.since')} at={totp.createdAt} />
          {totp.lastUsedAt !== null && <LabelledTime label={t('totp.used')} at={totp.lastUsedAt} />}
        </p>
      )}
      {asked === 'set' && <TotpDialog isReplacing={totp !== null} onClose={close} />}
      <ConfirmDialog
        isOpen={asked === 'remove'}
        onClose={close}
        title={t('totp.removeTitle')}
        action={t('remove')}
        tier="affects"
        isPending={remove.isPending}
        error={remove.error}
        onConfirm={() => remove.mutate({}, { onSuccess: close })}
      >
        {t('totp.removeText')}
      </ConfirmDialog>
    </Section>
  )
}
