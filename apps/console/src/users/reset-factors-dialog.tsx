import { Checkbox, TextInput } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, useRoute } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { showToast } from '../ui/toast.ts'
import { nameOf } from './name-of.ts'

const factors = ['passkey', 'totp', 'recoveryCodes'] as const
type Factor = (typeof factors)[number]

type ResetProps = { readonly person: RouteAnswer<'getPerson'>; onClose(): void }

/** For whoever has lost the telephone: what is chosen goes, sessions end, the person is told by mail. */
export function ResetFactorsDialog({ person, onClose }: ResetProps) {
  const { t } = useTranslation('users')
  const formats = useFormats()
  const [chosen, choose] = useState<readonly Factor[]>(factors)
  const [reason, setReason] = useState('')
  const { data } = useRoute('getPersonFactors', { params: { person: person.id } })
  const reset = useChange('resetPersonFactors', {
    stale: ['getPersonPage', 'getPersonFactors', 'listSessions', 'listPersonHistory'],
  })
  const counts = data === undefined ? undefined : countsOf(data)
  const submit = (): void => {
    if (chosen.length === 0) return
    reset.mutate(
      {
        params: { person: person.id },
        body: { only: [...chosen], ...(reason.trim() !== '' && { reason: reason.trim() }) },
      },
      {
        onSuccess: ({ sessionsEnded: count }) => {
          showToast({ tone: 'good', text: t('help.done', { count, number: formats.number(count) }) })
          onClose()
        },
      },
    )
  }
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={t('help.resetTitle', { name: nameOf(person) })}
      action={t('help.reset')}
      tier="affects"
      isPending={reset.isPending}
      error={reset.error}
      onConfirm={submit}
    >
      <p>{t('help.resetText')}</p>
      {counts === undefined ? (
        <Skeletons rows={3} />
      ) : (
        factors.map((factor) => (
          <Checkbox
            key={factor}
            label={t(`help.${factor}`, { count: counts[factor], number: formats.number(counts[factor]) })}
            checked={chosen.includes(factor)}
            onChange={(event) =>
              choose(event.currentTarget.checked ? [...chosen, factor] : chosen.filter((each) => each !== factor))
            }
          />
        ))
      )}
      <TextInput label={t('acts.reason')} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
    </ConfirmDialog>
  )
}

function countsOf({ passkeys, totp, recoveryCodes }: RouteAnswer<'getPersonFactors'>) {
  return { passkey: passkeys.length, totp: totp === null ? 0 : 1, recoveryCodes: recoveryCodes?.left ?? 0 }
}
