import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useChange, useOrganizationSlug } from '../api/queries.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { showToast } from '../ui/toast.ts'
import type { Webhook } from './webhook-state.tsx'

/** Its log and what waits for it go too, so its name must be typed. */
export function DeleteWebhook({ webhook, onClose }: { readonly webhook: Webhook; onClose(): void }) {
  const { t } = useTranslation('webhooks')
  const organization = useOrganizationSlug()
  const navigate = useNavigate()
  const remove = useChange('deleteWebhook', { stale: ['listWebhooks', 'getOverview'] })
  const confirm = (): void =>
    remove.mutate(
      { params: { webhook: webhook.id } },
      {
        onSuccess: () => {
          showToast({ tone: 'good', text: t('remove.done', { name: webhook.name }) })
          void navigate({ to: '/$organization/webhooks', params: { organization } })
        },
      },
    )
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={t('remove.ask', { name: webhook.name })}
      action={t('remove.action')}
      tier="typed"
      name={webhook.name}
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={confirm}
    >
      {t('remove.askText')}
    </ConfirmDialog>
  )
}
