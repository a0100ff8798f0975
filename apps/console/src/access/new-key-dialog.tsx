import { Button, MultiSelect, Select, Textarea, TextInput } from '@mantine/core'
import type { RouteBody } from '@rollcall/admin-api'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import styles from './access.module.css'
import type { ShownKey } from './key-secret.tsx'
import { expiryDays, keyTemplates, scopeGroups, toExpiry, type Expiry, type ScopeName } from './key-scopes.ts'

type NewKeyDialogProps = { readonly accountId: string; onClose(): void; onMade(made: ShownKey): void }

/** A key: what for, how long, from where. */
export function NewKeyDialog({ accountId, onClose, onMade }: NewKeyDialogProps) {
  const { t } = useTranslation('access')
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<readonly ScopeName[]>([])
  const [expiry, setExpiry] = useState<Expiry>('90')
  const [networks, setNetworks] = useState('')
  const create = useChange('createKey', { stale: ['listKeys'] })
  const submit = (): void => {
    create.mutate({ body: toBody({ accountId, name, scopes, expiry, networks }) }, { onSuccess: onMade })
  }
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={t('key.new')}
      size="lg"
      action={t('key.make')}
      isReady={name.trim() !== '' && scopes.length > 0}
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
      <ScopeFields scopes={scopes} onChange={setScopes} />
      <ExpiryField expiry={expiry} onChange={setExpiry} />
      <Textarea
        label={t('key.networks')}
        description={t('key.networksHelp')}
        value={networks}
        autosize
        minRows={2}
        spellCheck={false}
        onChange={(event) => setNetworks(event.currentTarget.value)}
      />
    </FormDialog>
  )
}

type ScopeFieldsProps = { readonly scopes: readonly ScopeName[]; onChange(scopes: readonly ScopeName[]): void }

/** What most keys are for, and every single permission behind it, reading apart from changing. */
function ScopeFields({ scopes, onChange }: ScopeFieldsProps) {
  const { t } = useTranslation('access')
  const groups = scopeGroups.map(({ name, scopes: items }) => ({ group: t(`scopes.${name}`), items: [...items] }))
  return (
    <>
      <div className={styles.templates} role="group" aria-label={t('key.templates')}>
        <span className={styles.note}>{t('key.templates')}</span>
        {keyTemplates.map((template) => (
          <Button key={template.name} size="xs" onClick={() => onChange(template.scopes)}>
            {t(`template.${template.name}`)}
          </Button>
        ))}
      </div>
      <MultiSelect
        label={t('column.scopes')}
        description={t('key.scopesHelp')}
        required
        searchable
        clearable
        data={groups}
        value={[...scopes]}
        onChange={(chosen) => onChange(chosen)}
      />
    </>
  )
}

function ExpiryField({ expiry, onChange }: { readonly expiry: Expiry; onChange(expiry: Expiry): void }) {
  const { t } = useTranslation('access')
  return (
    <Select
      label={t('key.expiry')}
      description={expiry === 'never' ? t('key.neverHelp') : undefined}
      allowDeselect={false}
      data={expiryDays.map((value) => ({ value, label: t(`expiry.${value}`) }))}
      value={expiry}
      onChange={(value) => onChange(value ?? '90')}
    />
  )
}

type Written = {
  readonly accountId: string
  readonly name: string
  readonly scopes: readonly ScopeName[]
  readonly expiry: Expiry
  readonly networks: string
}

function toBody({ accountId, name, scopes, expiry, networks }: Written): RouteBody<'createKey'> {
  const ranges = networks.split(/[\s,]+/).filter((range) => range !== '')
  return {
    name: name.trim(),
    serviceAccount: accountId,
    scopes: [...scopes],
    expiresAt: toExpiry(expiry, Date.now()),
    ...(ranges.length > 0 && { allowedNetworks: ranges }),
  }
}
