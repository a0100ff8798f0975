import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useChange, useOrganizationSlug } from '../api/queries.ts'
import { DeleteSection } from '../ui/delete-section.tsx'
import { showToast } from '../ui/toast.ts'
import type { Webhook } from './webhook-state.tsx'

/** Its log and what waits for it go too. */
export function DeleteWebhook({ webhook }: { readonly webhook: Webhook }) {
  const { t } = useTranslation('webhooks')
  const organization = useOrganizationSlug()
  const navigate = useNavigate()
  const remove = useChange('deleteWebhook', { stale: ['listWebhooks', 'getOverview'] })
  const end = (): void =>
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
    <DeleteSection
      title={t('remove.title')}
      lead={t('remove.text')}
      action={t('remove.action')}
      ask={t('remove.ask', { name: webhook.name })}
      name={webhook.name}
      change={remove}
      onDelete={end}
    >
      {t('remove.askText')}
    </DeleteSection>
  )
}
