import { Button, Group, Modal, Textarea, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, useOrganizationSlug } from '../api/queries.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import styles from './teams.module.css'

/** A team that people here look after. */
export function NewTeamDialog({ isOpen, onClose }: { readonly isOpen: boolean; onClose(): void }) {
  const { t } = useTranslation('teams')
  const { t: common } = useTranslation()
  const organization = useOrganizationSlug()
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const [description, setDescription] = useState('')
  const create = useChange('createTeam', { stale: ['listTeams'] })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const words = description.trim()
    create.mutate(
      { body: { name: name.trim(), ...(words !== '' && { description: words }) } },
      {
        onSuccess: ({ id }) => void navigate({ to: '/$organization/teams/$team', params: { organization, team: id } }),
      },
    )
  }
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={t('new.title')}
      closeButtonProps={{ 'aria-label': common('close') }}
    >
      <form className={styles.fields} onSubmit={submit}>
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
        {create.isError && <ErrorBlock error={create.error} />}
        <Group justify="flex-end">
          <Button onClick={onClose}>{common('cancel')}</Button>
          <Button type="submit" variant="filled" disabled={name.trim() === ''} loading={create.isPending}>
            {t('new.make')}
          </Button>
        </Group>
      </form>
    </Modal>
  )
}
