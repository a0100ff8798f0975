import { useNavigate } from '@tanstack/react-router'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useTranslation } from 'react-i18next'
import { useChange, useOrganizationSlug } from '../api/queries.ts'
import { DeleteSection } from '../ui/delete-section.tsx'
import { showToast } from '../ui/toast.ts'

export function DeleteApp({ app }: { readonly app: RouteAnswer<'getApp'> }) {
  const { t } = useTranslation('apps')
  const organization = useOrganizationSlug()
  const navigate = useNavigate()
  const remove = useChange('deleteApp', { stale: ['listApps', 'getOverview', 'listRuns'] })
  const end = (): void =>
    remove.mutate(
      { params: { app: app.id } },
      {
        onSuccess: () => {
          showToast({ tone: 'good', text: t('remove.done', { name: app.name }) })
          void navigate({ to: '/$organization/apps', params: { organization } })
        },
      },
    )
  return (
    <DeleteSection
      title={t('remove.title')}
      lead={t('remove.text')}
      action={t('remove.button')}
      ask={t('remove.ask', { name: app.name })}
      name={app.name}
      change={remove}
      onDelete={end}
    >
      {t('remove.text')}
    </DeleteSection>
  )
}
