import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan } from '../api/session.ts'
import { icons } from '../ui/icons.tsx'
import { RecoverDialog } from './recover-dialog.tsx'
import { ReplayDialog } from './replay-dialog.tsx'
import { TestDialog } from './test-dialog.tsx'
import type { Webhook } from './webhook-state.tsx'

type Act = 'test' | 'recover' | 'replay'

/** Three ways to send again, and they are not the same: a test, what failed for good, what never was sent. */
export function WebhookActs({ webhook, onShow }: { readonly webhook: Webhook; onShow(delivery: string): void }) {
  const { t } = useTranslation('webhooks')
  const can = useCan()
  const [act, setAct] = useState<Act>()
  const close = (): void => setAct(undefined)
  if (!can('webhooks:manage') || webhook.state === 'disabled') return null
  return (
    <>
      <Button onClick={() => setAct('recover')}>{t('act.recover')}</Button>
      <Button onClick={() => setAct('replay')}>{t('act.replay')}</Button>
      <Button variant="filled" leftSection={<icons.send />} onClick={() => setAct('test')}>
        {t('act.test')}
      </Button>
      {act === 'test' && (
        <TestDialog
          webhook={webhook}
          onClose={close}
          onShow={(delivery) => {
            close()
            onShow(delivery)
          }}
        />
      )}
      {act === 'recover' && <RecoverDialog webhook={webhook} onClose={close} />}
      {act === 'replay' && <ReplayDialog webhook={webhook} onClose={close} />}
    </>
  )
}
