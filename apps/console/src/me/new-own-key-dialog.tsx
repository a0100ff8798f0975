import { permissionNames } from '@rollcall/admin-api/names'
import { KeyDialog, type NewKey } from '../access/key-dialog.tsx'
import type { ShownKey } from '../access/key-secret.tsx'
import { useChange } from '../api/queries.ts'
import { useSession } from '../api/session.ts'

/** A key of one's own: no more than one may do oneself. */
export function NewOwnKeyDialog({ onClose, onMade }: { onClose(): void; onMade(made: ShownKey): void }) {
  const { permissions } = useSession()
  const create = useChange('createOwnKey', { stale: ['listOwnKeys', 'listKeys'] })
  const make = ({ scopes, ...key }: NewKey): void => {
    const own = permissionNames.filter((permission) => scopes.includes(permission))
    create.mutate({ body: { ...key, scopes: own } }, { onSuccess: onMade })
  }
  return <KeyDialog allowed={permissions} change={create} onClose={onClose} onMake={make} />
}
