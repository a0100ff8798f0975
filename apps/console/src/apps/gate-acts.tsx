import { Button, Select, TextInput } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import { showToast, tellOutcome } from '../ui/toast.ts'

const hourMs = 3_600_000
const ends = { hour: hourMs, hours: 4 * hourMs, day: 24 * hourMs } as const
const endNames = ['hour', 'hours', 'day'] as const
const stale = ['getAppGate'] as const

/** The guard is switched off for a while only, for a reason that everybody can read. */
export function GateActs({ app, gate }: { readonly app: string; readonly gate: RouteAnswer<'getAppGate'> }) {
  const { t } = useTranslation('apps')
  const can = useCan()
  const [isAsking, ask] = useState(false)
  const resume = useChange('resumeAppGate', { stale })
  if (!can('apps:manage')) return null
  if (gate.pause !== null)
    return (
      <Button
        size="compact-sm"
        loading={resume.isPending}
        onClick={() => tellOutcome(resume.mutateAsync({ params: { app } }), () => t('gate.on'))}
      >
        {t('gate.resume')}
      </Button>
    )
  if (gate.allowance === null) return null
  return (
    <>
      <Button size="compact-sm" onClick={() => ask(true)}>
        {t('gate.pause')}
      </Button>
      <PauseGate app={app} isOpen={isAsking} onClose={() => ask(false)} />
    </>
  )
}

type PauseGateProps = { readonly app: string; readonly isOpen: boolean; onClose(): void }

function PauseGate({ app, isOpen, onClose }: PauseGateProps) {
  const { t } = useTranslation('apps')
  const [reason, setReason] = useState('')
  const [end, setEnd] = useState<(typeof endNames)[number]>('hour')
  const pause = useChange('pauseAppGate', { stale })
  const submit = (): void =>
    pause.mutate(
      {
        params: { app },
        body: { reason: reason.trim(), until: new Date(Date.now() + ends[end]).toISOString() },
      },
      {
        onSuccess: () => {
          setReason('')
          onClose()
          showToast({ tone: 'good', text: t('gate.isOff') })
        },
      },
    )
  return (
    <FormDialog
      isOpen={isOpen}
      onClose={onClose}
      title={t('gate.ask')}
      action={t('gate.pause')}
      isReady={reason.trim() !== ''}
      change={pause}
      onSubmit={submit}
    >
      <p>{t('gate.askText')}</p>
      <TextInput
        data-autofocus
        label={t('ask.reason')}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Select
        label={t('gate.for')}
        allowDeselect={false}
        data={endNames.map((name) => ({ value: name, label: t(`ask.end.${name}`) }))}
        value={end}
        onChange={(value) => setEnd(endNames.find((name) => name === value) ?? 'hour')}
      />
    </FormDialog>
  )
}
