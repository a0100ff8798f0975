import { Textarea, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FormDialog } from '../ui/form-dialog.tsx'
import { ExpiryField, ScopeFields } from './key-fields.tsx'
import { toExpiry, toNetworks, type Expiry, type ScopeName } from './key-scopes.ts'

/** What every key has, whoever owns it. */
export type NewKey = {
  readonly name: string
  readonly scopes: ScopeName[]
  readonly expiresAt: string | null
  readonly allowedNetworks?: string[]
}

type KeyDialogProps = {
  /** What it may open; left out: all that there is. */
  readonly allowed?: ReadonlySet<string>
  readonly change: { readonly isPending: boolean; readonly error: Error | null }
  onClose(): void
  onMake(key: NewKey): void
}

/** A key: what for, how long, from where. */
export function KeyDialog({ allowed, change, onClose, onMake }: KeyDialogProps) {
  const { t } = useTranslation('access')
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<readonly ScopeName[]>([])
  const [expiry, setExpiry] = useState<Expiry>('90')
  const [networks, setNetworks] = useState('')
  const submit = (): void => {
    const ranges = toNetworks(networks)
    onMake({
      name: name.trim(),
      scopes: [...scopes],
      expiresAt: toExpiry(expiry, Date.now()),
      ...(ranges.length > 0 && { allowedNetworks: [...ranges] }),
    })
  }
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={t('key.new')}
      size="lg"
      action={t('key.make')}
      isReady={name.trim() !== '' && scopes.length > 0}
      change={change}
      onSubmit={submit}
    >
      <TextInput
        data-autofocus
        required
        label={t('column.name')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <ScopeFields scopes={scopes} {...(allowed !== undefined && { allowed })} onChange={setScopes} />
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
