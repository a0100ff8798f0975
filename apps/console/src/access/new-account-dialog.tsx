import { Button, Group, Modal, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, useOrganizationSlug } from '../api/queries.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import styles from './access.module.css'

/** An owner for keys; whoever makes it answers for it. */
export function NewAccountDialog({ isOpen, onClose }: { readonly isOpen: boolean; onClose(): void }) {
  const { t } = useTranslation('access')
  const { t: common } = useTranslation()
  const organization = useOrganizationSlug()
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const create = useChange('createServiceAccount', { stale: ['listServiceAccounts'] })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    create.mutate(
      { body: { name: name.trim(), ...(email.trim() !== '' && { email: email.trim() }) } },
      {
        onSuccess: ({ id }) =>
          void navigate({ to: '/$organization/service-accounts/$account', params: { organization, account: id } }),
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
        <TextInput
          type="email"
          label={t('column.email')}
          description={t('new.emailHelp')}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
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
