import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { Time, useNow } from '../ui/time.tsx'
import { isInUse } from './key-scopes.ts'
import type { Key } from './keys-table.tsx'

const endCharacters = 4

type RevokeKeyDialogProps = { readonly secretKey: Key; readonly isOwn: boolean; onClose(): void }

/** Ends a key for good; one that is in use only when its end is written. */
export function RevokeKeyDialog({ secretKey, isOwn, onClose }: RevokeKeyDialogProps) {
  const { t } = useTranslation('access')
  const now = useNow()
  const { mutate, isPending, error } = useChange(isOwn ? 'revokeOwnKey' : 'revokeKey', {
    stale: ['listKeys', 'listOwnKeys'],
  })
  const { id, name, hint, lastUsedAt } = secretKey
  const isUsed = isInUse(lastUsedAt, now)
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={t('revoke.title', { name })}
      action={t('revoke.action')}
      tier={isUsed ? 'typed' : 'affects'}
      name={hint.slice(-endCharacters)}
      isPending={isPending}
      error={error}
      onConfirm={() => mutate({ params: { key: id } }, { onSuccess: onClose })}
    >
      <p>{t('revoke.text')}</p>
      <p>
        {lastUsedAt === null ? t('key.unused') : t('column.lastUsed')} {lastUsedAt !== null && <Time at={lastUsedAt} />}
      </p>
    </ConfirmDialog>
  )
}
