import { Select, Textarea, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, useOrganizationSlug } from '../api/queries.ts'
import { useSession } from '../api/session.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import { useRoleWords, type Role } from './role-words.ts'
import { useRoles } from './use-roles.ts'

type NewRoleProps = {
  /** What it begins with; left out: nothing. */
  readonly model?: Role
  onClose(): void
}

/** A role begins as another one, or with nothing; its permissions are chosen on its page. */
export function NewRoleDialog({ model, onClose }: NewRoleProps) {
  const { t } = useTranslation('roles')
  const organization = useOrganizationSlug()
  const navigate = useNavigate()
  const words = useRoleWords()
  const { permissions: own } = useSession()
  const { roles } = useRoles()
  const [name, setName] = useState('')
  const [description, setDescription] = useState('')
  const [from, setFrom] = useState(model?.id ?? '')
  const create = useChange('createRole', { stale: ['listRoles'] })
  // Nobody gives more than he may do himself.
  const begun = (roles.find(({ id }) => id === from)?.permissions ?? []).filter((permission) => own.has(permission))
  const submit = (): void =>
    create.mutate(
      { body: { name: name.trim(), description: description.trim(), permissions: begun } },
      {
        onSuccess: ({ id }) => void navigate({ to: '/$organization/roles/$role', params: { organization, role: id } }),
      },
    )
  return (
    <FormDialog
      isOpen
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
        label={t('column.description')}
        value={description}
        autosize
        onChange={(event) => setDescription(event.currentTarget.value)}
      />
      <Select
        label={t('new.from')}
        description={t('new.fromHelp')}
        allowDeselect={false}
        data={[
          { value: '', label: t('new.fromNothing') },
          ...roles.map((role) => ({ value: role.id, label: words.name(role) })),
        ]}
        value={from}
        onChange={(value) => setFrom(value ?? '')}
      />
    </FormDialog>
  )
}
