import { Radio, TextInput } from '@mantine/core'
import { getScimGuide, type GuideProvider } from '@rollcall/admin-api/provider-guides'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, useOrganizationSlug } from '../api/queries.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import styles from './connections.module.css'
import { providers } from './tabs.ts'

/** Which provider, and what the connection is called; the set-up goes on on its page. */
export function NewConnectionDialog({ isOpen, onClose }: { readonly isOpen: boolean; onClose(): void }) {
  const { t } = useTranslation('connections')
  const navigate = useNavigate()
  const organization = useOrganizationSlug()
  const [provider, setProvider] = useState<GuideProvider>('okta')
  const [name, setName] = useState('')
  const create = useChange('createConnection', { stale: ['listConnections', 'getOverview'] })
  const productOf = (each: GuideProvider): string =>
    each === 'generic' ? t('new.generic') : getScimGuide(each).product
  const submit = (): void => {
    const { profile } = getScimGuide(provider)
    const body = { type: 'scim', profile, name: name.trim() === '' ? productOf(provider) : name.trim() } as const
    const proceed = ({ id }: { readonly id: string }): void =>
      void navigate({
        to: '/$organization/connections/$connection',
        params: { organization, connection: id },
        search: { tab: 'setup', provider },
      })
    create.mutate({ body }, { onSuccess: proceed })
  }
  return (
    <FormDialog
      isOpen={isOpen}
      onClose={onClose}
      title={t('new.title')}
      size="lg"
      action={t('new.make')}
      change={create}
      onSubmit={submit}
    >
      <Radio.Group
        label={t('new.provider')}
        value={provider}
        onChange={(value) => setProvider(providers.find((each) => each === value) ?? 'generic')}
      >
        <div className={styles.providers}>
          {providers.map((each) => (
            <Radio key={each} value={each} label={productOf(each)} className={styles.provider} />
          ))}
        </div>
      </Radio.Group>
      <TextInput
        label={t('column.name')}
        description={t('new.nameText')}
        value={name}
        placeholder={productOf(provider)}
        maxLength={200}
        onChange={(event) => setName(event.currentTarget.value)}
      />
    </FormDialog>
  )
}
