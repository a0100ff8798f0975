import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import { Banner } from '../ui/banner.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { ReplayDialog } from './replay-dialog.tsx'
import type { Webhook } from './webhook-state.tsx'

/** Says that nothing arrives, or that nothing is sent, and since when; and leads out of it. */
export function WebhookBanner({ webhook }: { readonly webhook: Webhook }) {
  const { t } = useTranslation('webhooks')
  const formats = useFormats()
  const [missed, setMissed] = useState<string>()
  const { state, disabledReason, failingSince, updatedAt } = webhook
  return (
    <>
      {state === 'enabled' && failingSince !== null && (
        <Banner tone="warn" title={t('banner.troubled')}>
          <p>{t('banner.troubledText')}</p>
          <p>{t('banner.since', { time: formats.instant(failingSince) })}</p>
        </Banner>
      )}
      {state === 'disabled' && (
        <Banner
          tone={disabledReason === 'manual' ? 'warn' : 'bad'}
          icon="pause"
          title={t(`banner.${disabledReason ?? 'manual'}`)}
          actions={<EnableButton webhook={webhook} onEnabled={() => setMissed(failingSince ?? updatedAt)} />}
        >
          <p>{t(`banner.${disabledReason ?? 'manual'}Text`)}</p>
          {failingSince !== null && <p>{t('banner.since', { time: formats.instant(failingSince) })}</p>}
        </Banner>
      )}
      {missed !== undefined && (
        <ReplayDialog webhook={webhook} since={missed} isAfterEnabling onClose={() => setMissed(undefined)} />
      )}
    </>
  )
}

function EnableButton({ webhook, onEnabled }: { readonly webhook: Webhook; onEnabled(): void }) {
  const { t } = useTranslation('webhooks')
  const can = useCan()
  const enable = useChange('updateWebhook', { stale: ['getWebhook', 'listWebhooks', 'listDeliveries', 'getOverview'] })
  if (!can('webhooks:manage')) return null
  return (
    <>
      <Button
        variant="filled"
        loading={enable.isPending}
        onClick={() =>
          void enable
            .mutateAsync({ params: { webhook: webhook.id }, body: { state: 'enabled' } })
            .then(onEnabled, () => undefined)
        }
      >
        {t('act.enable')}
      </Button>
      {enable.error !== null && <ErrorBlock error={enable.error} />}
    </>
  )
}
