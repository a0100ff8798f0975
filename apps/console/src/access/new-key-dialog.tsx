import { useChange } from '../api/queries.ts'
import { KeyDialog } from './key-dialog.tsx'
import type { ShownKey } from './key-secret.tsx'

type NewKeyDialogProps = { readonly accountId: string; onClose(): void; onMade(made: ShownKey): void }

/** A key of a service account. */
export function NewKeyDialog({ accountId, onClose, onMade }: NewKeyDialogProps) {
  const create = useChange('createKey', { stale: ['listKeys'] })
  return (
    <KeyDialog
      change={create}
      onClose={onClose}
      onMake={(key) => create.mutate({ body: { ...key, serviceAccount: accountId } }, { onSuccess: onMade })}
    />
  )
}
