import { Textarea, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, useOrganizationSlug } from '../api/queries.ts'
import { FormDialog } from '../ui/form-dialog.tsx'

/** A team that people here look after. */
export function NewTeamDialog({ isOpen, onClose }: { readonly isOpen: boolean; onClose(): void }) {
  const { t } = useTranslation('teams')
  const organization = useOrganizationSlug()
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const [description, setDescription] = useState('')
  const create = useChange('createTeam', { stale: ['listTeams'] })
  const submit = (): void => {
    const words = description.trim()
    create.mutate(
      { body: { name: name.trim(), ...(words !== '' && { description: words }) } },
      {
        onSuccess: ({ id }) => void navigate({ to: '/$organization/teams/$team', params: { organization, team: id } }),
      },
    )
  }
  return (
    <FormDialog
      isOpen={isOpen}
      onClose={onClose}
      title={t('new.title')}
      action={t('new.make')}
      isReady={name.trim() !== ''}
      change={create}
      onSubmit={submit}
    >
      <TextInput
        data-autofocus
        required
        label={t('column.name')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Textarea
        label={t('description')}
        description={t('new.descriptionHelp')}
        value={description}
        autosize
        minRows={2}
        onChange={(event) => setDescription(event.currentTarget.value)}
      />
    </FormDialog>
  )
}
