import { TextInput } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import { FormatField } from './format-field.tsx'
import { TypesField } from './types-field.tsx'

type Made = RouteAnswer<'createWebhook'>
type NewWebhookDialogProps = { readonly isOpen: boolean; onClose(): void; onMade(made: Made): void }

/** Where to, of what, in which form. */
export function NewWebhookDialog({ isOpen, onClose, onMade }: NewWebhookDialogProps) {
  const { t } = useTranslation('webhooks')
  const [url, setUrl] = useState('')
  const [name, setName] = useState('')
  const [types, setTypes] = useState<readonly string[]>([])
  const [format, setFormat] = useState<Made['format']>('standard')
  const create = useChange('createWebhook', { stale: ['listWebhooks', 'getOverview'] })
  const submit = (): void => {
    const given = name.trim()
    const body = { url: url.trim(), types: [...types], format, ...(given !== '' && { name: given }) }
    create.mutate(
      { body },
      {
        onSuccess: (made) => {
          onClose()
          onMade(made)
        },
      },
    )
  }
  return (
    <FormDialog
      isOpen={isOpen}
      onClose={onClose}
      title={t('new.action')}
      size="lg"
      action={t('new.make')}
      isReady={url.trim() !== ''}
      change={create}
      onSubmit={submit}
    >
      <TextInput
        data-autofocus
        required
        type="url"
        inputMode="url"
        label={t('field.url')}
        description={t('field.urlHelp')}
        placeholder="https://"
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
      />
      <TextInput
        label={t('column.name')}
        description={t('field.nameHelp')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TypesField types={types} onChange={setTypes} />
      <FormatField format={format} onChange={setFormat} />
    </FormDialog>
  )
}
