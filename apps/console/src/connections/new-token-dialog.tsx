import { Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { FormDialog } from '../ui/form-dialog.tsx'

const dayMs = 86_400_000
const lifetimes = { never: null, days90: 90, days365: 365 } as const
type Lifetime = keyof typeof lifetimes
const names: readonly Lifetime[] = ['never', 'days90', 'days365']

type NewTokenDialogProps = {
  readonly connection: string
  readonly isOpen: boolean
  onClose(): void
  onMade(secret: string): void
}

export function NewTokenDialog({ connection, isOpen, onClose, onMade }: NewTokenDialogProps) {
  const { t } = useTranslation('connections')
  const [name, setName] = useState('')
  const [lifetime, setLifetime] = useState<Lifetime>('never')
  const create = useChange('createKey', { stale: ['listKeys', 'getConnectionHealth'] })
  const submit = (): void => {
    const days = lifetimes[lifetime]
    const expiresAt = days === null ? null : new Date(Date.now() + days * dayMs).toISOString()
    create.mutate(
      {
        body: {
          scopes: ['scim'],
          connection,
          expiresAt,
          use: 'bearer',
          ...(name.trim() !== '' && { name: name.trim() }),
        },
      },
      {
        onSuccess: ({ key }) => {
          setName('')
          onClose()
          if (key !== null) onMade(key)
        },
      },
    )
  }
  return (
    <FormDialog
      isOpen={isOpen}
      onClose={onClose}
      title={t('token.make')}
      action={t('token.make')}
      change={create}
      onSubmit={submit}
    >
      <TextInput
        data-autofocus
        label={t('token.label')}
        description={t('token.labelText')}
        value={name}
        maxLength={200}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Select
        label={t('token.expires')}
        allowDeselect={false}
        data={names.map((value) => ({ value, label: t(`token.lifetime.${value}`) }))}
        value={lifetime}
        onChange={(value) => setLifetime(names.find((each) => each === value) ?? 'never')}
      />
    </FormDialog>
  )
}
