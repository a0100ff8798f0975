import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { useNow } from '../ui/time.tsx'
import { TimeInWords } from '../ui/time-in-words.tsx'
import { showToast } from '../ui/toast.ts'
import type { Token } from './tokens.tsx'

const recentMs = 24 * 3_600_000
const lastCharacters = 4

/** Ends a token for good. One that was used within a day must be named by its last four characters. */
export function RevokeTokenDialog({ token, onClose }: { readonly token: Token | undefined; onClose(): void }) {
  const { t } = useTranslation('connections')
  const now = useNow()
  const revoke = useChange('revokeKey', { stale: ['listKeys', 'getConnectionHealth'] })
  const lastUsedAt = token?.lastUsedAt ?? null
  const isUsed = lastUsedAt !== null && now - Date.parse(lastUsedAt) < recentMs
  const done = (): void => {
    onClose()
    showToast({ tone: 'good', text: t('token.revoked') })
  }
  return (
    <ConfirmDialog
      isOpen={token !== undefined}
      onClose={onClose}
      title={t('token.revokeTitle', { name: token?.name ?? '' })}
      action={t('token.revoke')}
      tier={isUsed ? 'typed' : 'affects'}
      name={token?.hint.slice(-lastCharacters) ?? ''}
      isPending={revoke.isPending}
      error={revoke.error}
      onConfirm={() => revoke.mutate({ params: { key: token?.id } }, { onSuccess: done })}
    >
      <p>{t('token.revokeText')}</p>
      {isUsed && (
        <p>
          <TimeInWords text={t('token.stillUsed', { ip: token?.lastUsedIp ?? '–' })} at={lastUsedAt} />
        </p>
      )}
    </ConfirmDialog>
  )
}
