import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, useOrganizationSlug } from '../api/queries.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { FormSection } from '../ui/form.tsx'
import { showToast } from '../ui/toast.ts'

/** What cannot be undone: its name must be typed. */
export function DeleteSection({ app }: { readonly app: RouteAnswer<'getApp'> }) {
  const { t } = useTranslation('apps')
  const organization = useOrganizationSlug()
  const navigate = useNavigate()
  const [isAsked, ask] = useState(false)
  const remove = useChange('deleteApp', { stale: ['listApps', 'getOverview', 'listRuns'] })
  const confirm = (): void =>
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
    <FormSection title={t('remove.title')} lead={t('remove.text')}>
      <div>
        <Button data-danger onClick={() => ask(true)}>
          {t('remove.button')}
        </Button>
      </div>
      <ConfirmDialog
        isOpen={isAsked}
        onClose={() => ask(false)}
        title={t('remove.ask', { name: app.name })}
        action={t('remove.button')}
        tier="typed"
        name={app.name}
        isPending={remove.isPending}
        error={remove.error}
        onConfirm={confirm}
      >
        {t('remove.text')}
      </ConfirmDialog>
    </FormSection>
  )
}
