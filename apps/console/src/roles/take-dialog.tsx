import { useTranslation } from 'react-i18next'
import { useChange, type EntryOf } from '../api/queries.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { showToast } from '../ui/toast.ts'
import { useRoleWords } from './role-words.ts'

export type Assignment = EntryOf<'listRoleAssignments'>

/** Takes back a role that was given by hand; the last owner keeps his. */
export function TakeDialog({ assignment, onClose }: { readonly assignment: Assignment; onClose(): void }) {
  const { t } = useTranslation('roles')
  const words = useRoleWords()
  const revoke = useChange('revokeRole', { stale: ['listRoleAssignments', 'getPerson'] })
  const { role, subject, team } = assignment
  const name = subject.name ?? subject.id
  const isPerson = subject.kind === 'person'
  const whom = isPerson ? { user: subject.id } : { serviceAccount: subject.id }
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={t('take.title', { role: words.name(role), name })}
      action={t('take.action')}
      tier="affects"
      isPending={revoke.isPending}
      error={revoke.error}
      onConfirm={() =>
        revoke.mutate(
          { params: { role: role.id }, body: { ...whom, ...(team !== null && { team }) } },
          {
            onSuccess: () => {
              showToast({ tone: 'good', text: t('take.done') })
              onClose()
            },
          },
        )
      }
    >
      <p>{t(isPerson ? 'take.text' : 'take.accountText')}</p>
      {role.name === 'owner' && <p>{t('take.ownerText')}</p>}
    </ConfirmDialog>
  )
}
