import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { icons } from '../ui/icons.tsx'
import { tellOutcome } from '../ui/toast.ts'
import type { Transmitter } from './states.tsx'

/** Done at once, with a way back. */
export function TransmitterSwitch({ transmitter }: { readonly transmitter: Transmitter }) {
  const { t } = useTranslation('securityEvents')
  const can = useCan()
  const change = useChange('updateTransmitter', { stale: ['getTransmitter', 'listTransmitters'] })
  if (!can('signals:manage')) return null
  const set = (state: Transmitter['state']): Promise<unknown> =>
    change.mutateAsync({ params: { transmitter: transmitter.id }, body: { state } })
  const isOn = transmitter.state === 'enabled'
  const listen = (): void => tellOutcome(set('enabled'), () => t('act.listenBegun'))
  const end = (): void =>
    tellOutcome(set('disabled'), () => t('act.listenEnded'), { label: t('act.undo'), run: listen })
  return (
    <Button
      variant={isOn ? 'default' : 'filled'}
      leftSection={isOn ? <icons.pause /> : <icons.play />}
      loading={change.isPending}
      onClick={isOn ? end : listen}
    >
      {isOn ? t('act.listenNot') : t('act.listen')}
    </Button>
  )
}
