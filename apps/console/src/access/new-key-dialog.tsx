import { Textarea, TextInput } from '@mantine/core'
import type { RouteBody } from '@rollcall/admin-api'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import type { ShownKey } from './key-secret.tsx'
import { ExpiryField, ScopeFields } from './key-fields.tsx'
import { toExpiry, toNetworks, type Expiry, type ScopeName } from './key-scopes.ts'

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

type Written = {
  readonly accountId: string
  readonly name: string
  readonly scopes: readonly ScopeName[]
  readonly expiry: Expiry
  readonly networks: string
}

function toBody({ accountId, name, scopes, expiry, networks }: Written): RouteBody<'createKey'> {
  const ranges = toNetworks(networks)
  return {
    name: name.trim(),
    serviceAccount: accountId,
    scopes: [...scopes],
    expiresAt: toExpiry(expiry, Date.now()),
    ...(ranges.length > 0 && { allowedNetworks: [...ranges] }),
  }
}
