import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldErrorsOf } from '../api/problem.ts'
import { useChange } from '../api/queries.ts'
import { FormDialog } from '../ui/form-dialog.tsx'

export function NewDomainDialog({ isOpen, onClose }: { readonly isOpen: boolean; onClose(): void }) {
  const { t } = useTranslation('settings')
  const [domain, setDomain] = useState('')
  const create = useChange('createDomain', { stale: ['listDomains'] })
  const close = (): void => {
    setDomain('')
    create.reset()
    onClose()
  }
  return (
    <FormDialog
      isOpen={isOpen}
      onClose={close}
      title={t('domains.newTitle')}
      action={t('domains.claim')}
      isReady={domain.trim() !== ''}
      change={create}
      onSubmit={() => create.mutate({ body: { domain: domain.trim() } }, { onSuccess: close })}
    >
      <TextInput
        data-autofocus
        label={t('domains.name')}
        description={t('domains.nameText')}
        placeholder={t('domains.example')}
        value={domain}
        spellCheck={false}
        autoCapitalize="none"
        autoComplete="off"
        error={fieldErrorsOf(create.error)['domain']}
        onChange={(event) => setDomain(event.currentTarget.value)}
      />
    </FormDialog>
  )
}
