import { Button } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { icons } from '../ui/icons.tsx'
import { showToast } from '../ui/toast.ts'

/** Tells clients to come back later, or lets them in again; either can be undone at once. */
export function PauseButton({ connection }: { readonly connection: RouteAnswer<'getConnection'> }) {
  const { t } = useTranslation('connections')
  const can = useCan()
  const update = useChange('updateConnection', { stale: ['getConnection', 'getConnectionHealth', 'listConnections'] })
  if (!can('connections:manage')) return null
  const isActive = connection.state === 'active'
  const set = (state: 'active' | 'paused' | 'disabled', onSuccess?: () => void): void =>
    update.mutate(
      { params: { connection: connection.id }, body: { state } },
      {
        onSuccess: () => onSuccess?.(),
        onError: () => showToast({ tone: 'bad', text: t('pause.failed') }),
      },
    )
  const change = (): void =>
    set(isActive ? 'paused' : 'active', () =>
      showToast({
        tone: 'good',
        text: isActive ? t('pause.paused') : t('pause.resumed'),
        action: { label: t('undo'), run: () => set(connection.state) },
      }),
    )
  return (
    <Button leftSection={isActive ? <icons.pause /> : <icons.play />} loading={update.isPending} onClick={change}>
      {isActive ? t('pause.pause') : t('pause.resume')}
    </Button>
  )
}
