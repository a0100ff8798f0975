import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, useOrganizationSlug } from '../api/queries.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { FormSection } from '../ui/form.tsx'
import { showToast } from '../ui/toast.ts'
import type { Source } from '../sources/states.tsx'

/** What cannot be undone: its name must be typed. The people stay. */
export function DeleteSource({ source }: { readonly source: Source }) {
  const { t } = useTranslation('sourceSetup')
  const organization = useOrganizationSlug()
  const navigate = useNavigate()
  const [isAsked, ask] = useState(false)
  const remove = useChange('deleteSource', { stale: ['listSources', 'getOverview', 'listRuns', 'getAttributes'] })
  const confirm = (): void =>
    remove.mutate(
      { params: { source: source.id } },
      {
        onSuccess: () => {
          showToast({ tone: 'good', text: t('remove.done', { name: source.name }) })
          void navigate({ to: '/$organization/sources', params: { organization } })
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
        title={t('remove.ask', { name: source.name })}
        action={t('remove.button')}
        tier="typed"
        name={source.name}
        isPending={remove.isPending}
        error={remove.error}
        onConfirm={confirm}
      >
        {t('remove.text')}
      </ConfirmDialog>
    </FormSection>
  )
}
