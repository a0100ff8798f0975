import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useChange, useOrganizationSlug } from '../api/queries.ts'
import { DeleteSection } from '../ui/delete-section.tsx'
import { showToast } from '../ui/toast.ts'
import type { Source } from '../sources/states.tsx'

/** The people stay. */
export function DeleteSource({ source }: { readonly source: Source }) {
  const { t } = useTranslation('sourceSetup')
  const organization = useOrganizationSlug()
  const navigate = useNavigate()
  const remove = useChange('deleteSource', { stale: ['listSources', 'getOverview', 'listRuns', 'getAttributes'] })
  const end = (): void =>
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
    <DeleteSection
      title={t('remove.title')}
      lead={t('remove.text')}
      action={t('remove.button')}
      ask={t('remove.ask', { name: source.name })}
      name={source.name}
      change={remove}
      onDelete={end}
    >
      {t('remove.text')}
    </DeleteSection>
  )
}
