import { TextInput } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import { showToast } from '../ui/toast.ts'
import styles from './me.module.css'
import { createPasskey, PasskeyError } from './webauthn.ts'

/** A name first, then the device; what it answers is kept. */
export function AddPasskeyDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation('me')
  const [name, setName] = useState('')
  const begin = useChange('beginOwnPasskey', { stale: [] })
  const keep = useChange('addOwnPasskey', { stale: ['getOwnFactors', 'getOwnAccount'] })
  const add = useMutation({
    mutationFn: async (called: string) => {
      const { options } = await begin.mutateAsync({})
      return keep.mutateAsync({ body: { name: called, credential: await createPasskey(options) } })
    },
    onSuccess: () => {
      showToast({ tone: 'good', text: t('passkeys.added') })
      onClose()
    },
  })
  const { error } = add
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={t('passkeys.add')}
      action={t('passkeys.ask')}
      isReady={name.trim() !== ''}
      // What the device would not do is no error of the server.
      change={{ isPending: add.isPending, error: error instanceof PasskeyError ? null : error }}
      onSubmit={() => add.mutate(name.trim())}
    >
      <p className={styles.note}>{t('passkeys.addText')}</p>
      <TextInput
        data-autofocus
        required
        label={t('passkeys.name')}
        description={t('passkeys.nameHelp')}
        value={name}
        error={error instanceof PasskeyError ? t(`passkeys.${error.reason}`) : undefined}
        onChange={(event) => setName(event.currentTarget.value)}
      />
    </FormDialog>
  )
}

type RenameProps = { readonly passkey: RouteAnswer<'getOwnFactors'>['passkeys'][number]; onClose(): void }

export function RenamePasskeyDialog({ passkey, onClose }: RenameProps) {
  const { t } = useTranslation('me')
  const [name, setName] = useState(passkey.name)
  const rename = useChange('renameOwnPasskey', { stale: ['getOwnFactors'] })
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={t('passkeys.renameOne', { name: passkey.name })}
      action={t('passkeys.rename')}
      isReady={name.trim() !== ''}
      change={rename}
      onSubmit={() =>
        rename.mutate({ params: { passkey: passkey.id }, body: { name: name.trim() } }, { onSuccess: onClose })
      }
    >
      <TextInput
        data-autofocus
        required
        label={t('passkeys.name')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
    </FormDialog>
  )
}
