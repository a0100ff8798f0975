import { TextInput } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { CopyBox } from '../ui/copy.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { showToast } from '../ui/toast.ts'
import styles from './me.module.css'

const digits = 6

/** A picture for the app, and the first code of it: nothing is kept before it is right. */
export function TotpDialog({ isReplacing, onClose }: { readonly isReplacing: boolean; onClose(): void }) {
  const { t } = useTranslation('me')
  const [code, setCode] = useState('')
  const begin = useChange('beginOwnTotp', { stale: [] })
  const add = useChange('addOwnTotp', { stale: ['getOwnFactors'] })
  const { mutate } = begin
  const isBegun = useRef(false)
  useEffect(() => {
    // React looks twice while one develops; two secrets would be asked for.
    if (!isBegun.current) mutate({})
    isBegun.current = true
  }, [mutate])
  const enrolment = begin.data
  const submit = (): void =>
    add.mutate(
      { body: { enrolment: enrolment?.enrolment ?? '', code } },
      {
        onSuccess: () => {
          showToast({ tone: 'good', text: t('totp.added') })
          onClose()
        },
      },
    )
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={t(isReplacing ? 'totp.replace' : 'totp.setUp')}
      action={t('totp.confirm')}
      isReady={enrolment !== undefined && code.replaceAll(/\s/g, '').length === digits}
      change={add}
      onSubmit={submit}
    >
      <p className={styles.note}>{t('totp.scan')}</p>
      {begin.error !== null && <ErrorBlock error={begin.error} onRetry={() => mutate({})} />}
      {enrolment === undefined ? begin.error === null && <Skeletons rows={4} /> : <Secret enrolment={enrolment} />}
      <TextInput
        data-autofocus
        required
        label={t('totp.code')}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={digits + 1}
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
    </FormDialog>
  )
}

function Secret({ enrolment }: { readonly enrolment: RouteAnswer<'beginOwnTotp'> }) {
  const { t } = useTranslation('me')
  const { qr, secret } = enrolment
  return (
    <>
      <svg
        className={styles.qr}
        role="img"
        aria-label={t('totp.picture')}
        viewBox={`0 0 ${qr.size} ${qr.size}`}
        shapeRendering="crispEdges"
      >
        <path d={qr.path} fill="#000" />
      </svg>
      <p className={styles.note}>{t('totp.byHand')}</p>
      <CopyBox value={secret} />
    </>
  )
}
