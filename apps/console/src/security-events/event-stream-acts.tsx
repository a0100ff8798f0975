import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { icons } from '../ui/icons.tsx'
import { tellOutcome } from '../ui/toast.ts'
import type { EventStream } from './states.tsx'

const stale = ['getEventStream', 'listEventStreams'] as const

/** Trying it; keeping it still, where everything waits; switching it off, where everything is missed. */
export function EventStreamActs({ stream }: { readonly stream: EventStream }) {
  const { t } = useTranslation('securityEvents')
  const can = useCan()
  const change = useChange('updateEventStream', { stale })
  const verify = useChange('verifyEventStream', { stale })
  if (!can('signals:manage')) return null
  const params = { eventStream: stream.id }
  const set = (state: EventStream['state']): void =>
    tellOutcome(change.mutateAsync({ params, body: { state } }), () => t(`act.${state}Done`))
  if (stream.state !== 'enabled')
    return (
      <Button variant="filled" leftSection={<icons.play />} loading={change.isPending} onClick={() => set('enabled')}>
        {t('act.enable')}
      </Button>
    )
  return (
    <>
      <Button leftSection={<icons.pause />} loading={change.isPending} onClick={() => set('paused')}>
        {t('act.pause')}
      </Button>
      <Button
        variant="filled"
        leftSection={<icons.send />}
        loading={verify.isPending}
        onClick={() => tellOutcome(verify.mutateAsync({ params }), () => t('act.verifySent'))}
      >
        {t('act.verify')}
      </Button>
    </>
  )
}
