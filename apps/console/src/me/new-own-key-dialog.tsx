import { Textarea, TextInput } from '@mantine/core'
import { permissionNames } from '@rollcall/admin-api/names'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ExpiryField, ScopeFields } from '../access/key-fields.tsx'
import { toExpiry, toNetworks, type Expiry, type ScopeName } from '../access/key-scopes.ts'
import type { ShownKey } from '../access/key-secret.tsx'
import { useChange } from '../api/queries.ts'
import { useSession } from '../api/session.ts'
import { FormDialog } from '../ui/form-dialog.tsx'

/** A key of one's own: no more than one may do oneself. */
export function NewOwnKeyDialog({ onClose, onMade }: { onClose(): void; onMade(made: ShownKey): void }) {
  const { t } = useTranslation('access')
  const { permissions } = useSession()
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<readonly ScopeName[]>([])
  const [expiry, setExpiry] = useState<Expiry>('90')
  const [networks, setNetworks] = useState('')
  const create = useChange('createOwnKey', { stale: ['listOwnKeys', 'listKeys'] })
  const scopes = permissionNames.filter((permission) => chosen.includes(permission))
  const submit = (): void => {
    const ranges = toNetworks(networks)
    const body = {
      name: name.trim(),
      scopes: [...scopes],
      expiresAt: toExpiry(expiry, Date.now()),
      ...(ranges.length > 0 && { allowedNetworks: [...ranges] }),
    }
    create.mutate({ body }, { onSuccess: onMade })
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
      <ScopeFields scopes={scopes} allowed={permissions} onChange={setChosen} />
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
