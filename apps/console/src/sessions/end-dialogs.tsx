import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { showToast } from '../ui/toast.ts'
import { useSessionWords, type SessionEntry } from './session-words.ts'

const stale = ['listSessions', 'getPersonPage'] as const

type EndSessionsProps = { readonly sessions: readonly SessionEntry[]; onClose(): void; onDone?(): void }

/** Ends sessions of others: one, or those that were marked. */
export function EndSessionsDialog({ sessions, onClose, onDone }: EndSessionsProps) {
  const { t } = useTranslation('sessions')
  const formats = useFormats()
  const words = useSessionWords()
  const revoke = useChange('revokeSession', { stale })
  const end = useMutation({
    mutationFn: async () => {
      for (const { id } of sessions) await revoke.mutateAsync({ params: { session: id } })
    },
    onSuccess: () => {
      showToast({ tone: 'good', text: t('ended', { count: sessions.length, number: formats.number(sessions.length) }) })
      onDone?.()
      onClose()
    },
  })
  const [first] = sessions
  const people = new Set(sessions.map(({ userId }) => userId)).size
  const count = { count: sessions.length, number: formats.number(sessions.length) }
  return (
    <ConfirmDialog
      isOpen={first !== undefined}
      onClose={onClose}
      title={t('end.title', count)}
      action={t('end.action', count)}
      tier="affects"
      isPending={end.isPending}
      error={end.error}
      onConfirm={() => end.mutate()}
    >
      {first !== undefined && sessions.length === 1 && (
        <p>{t('end.one', { name: first.name ?? first.userId, device: words.device(first) })}</p>
      )}
      {sessions.length > 1 && <p>{t('end.people', { count: people, number: formats.number(people) })}</p>}
      <p>{t('end.effect')}</p>
    </ConfirmDialog>
  )
}

type EndAllProps = { readonly person: { readonly id: string; readonly name: string }; onClose(): void }

/** Ends everything that somebody has open, wherever it is. */
export function EndAllDialog({ person, onClose }: EndAllProps) {
  const { t } = useTranslation('sessions')
  const formats = useFormats()
  const end = useChange('revokePersonSessions', { stale })
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={t('endAll.title', { name: person.name })}
      action={t('endAll.action')}
      tier="affects"
      isPending={end.isPending}
      error={end.error}
      onConfirm={() =>
        end.mutate(
          { params: { person: person.id } },
          {
            onSuccess: ({ count }) => {
              showToast({ tone: 'good', text: t('ended', { count, number: formats.number(count) }) })
              onClose()
            },
          },
        )
      }
    >
      <p>{t('endAll.text')}</p>
      <p>{t('endAll.keys')}</p>
    </ConfirmDialog>
  )
}
