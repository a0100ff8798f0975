import { TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, useOrganizationSlug } from '../api/queries.ts'
import { FormDialog } from '../ui/form-dialog.tsx'

/** An owner for keys; whoever makes it answers for it. */
export function NewAccountDialog({ isOpen, onClose }: { readonly isOpen: boolean; onClose(): void }) {
  const { t } = useTranslation('access')
  const organization = useOrganizationSlug()
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const create = useChange('createServiceAccount', { stale: ['listServiceAccounts'] })
  const submit = (): void => {
    create.mutate(
      { body: { name: name.trim(), ...(email.trim() !== '' && { email: email.trim() }) } },
      {
        onSuccess: ({ id }) =>
          void navigate({ to: '/$organization/service-accounts/$account', params: { organization, account: id } }),
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
      <TextInput
        type="email"
        label={t('column.email')}
        description={t('new.emailHelp')}
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
    </FormDialog>
  )
}
