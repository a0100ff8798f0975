import { Select, TextInput } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, type EntryOf } from '../api/queries.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { showToast } from '../ui/toast.ts'
import { MappingPreview } from './mapping-preview.tsx'
import { useRoleWords } from './role-words.ts'
import { useRoles } from './use-roles.ts'

const stale = ['listRoleMappings', 'getRoleMappingSettings', 'listRoleAssignments'] as const

/** A group that gives a role; who gains it is shown while it is written. */
export function MappingDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation('roles')
  const words = useRoleWords()
  const { roles } = useRoles()
  const [group, setGroup] = useState('')
  const [role, setRole] = useState<string>()
  const create = useChange('createRoleMapping', { stale })
  const isWhole = group.trim() !== '' && role !== undefined
  const submit = (): void =>
    create.mutate(
      { body: { group: group.trim(), role: role ?? '' } },
      {
        onSuccess: () => {
          showToast({ tone: 'good', text: t('mapping.made') })
          onClose()
        },
      },
    )
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={t('mapping.action')}
      size="lg"
      action={t('mapping.make')}
      isReady={isWhole}
      change={create}
      onSubmit={submit}
    >
      <TextInput
        data-autofocus
        required
        label={t('mapping.group')}
        description={t('mapping.groupHelp')}
        value={group}
        spellCheck={false}
        onChange={(event) => setGroup(event.currentTarget.value)}
      />
      <Select
        required
        label={t('role')}
        searchable
        data={roles.map((each) => ({ value: each.id, label: words.name(each) }))}
        value={role ?? null}
        onChange={(next) => setRole(next ?? undefined)}
      />
      {isWhole && <MappingPreview change={{ add: [{ group: group.trim(), role }] }} />}
    </FormDialog>
  )
}

type DeleteProps = { readonly mapping: EntryOf<'listRoleMappings'>; onClose(): void }

export function DeleteMappingDialog({ mapping, onClose }: DeleteProps) {
  const { t } = useTranslation('roles')
  const words = useRoleWords()
  const remove = useChange('deleteRoleMapping', { stale })
  const { id, group, role, version } = mapping
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={t('mapping.deleteOne', { group: group ?? t('oneTeam'), role: words.name(role) })}
      action={t('delete.action')}
      tier="affects"
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate({ params: { roleMapping: id }, ifMatch: `"${version}"` }, { onSuccess: onClose })}
    >
      <MappingPreview change={{ remove: [id] }} />
    </ConfirmDialog>
  )
}

type ModeProps = {
  readonly mode: RouteAnswer<'getRoleMappingSettings'>['mode']
  readonly version: number
  onClose(): void
}

export function ModeDialog({ mode, version, onClose }: ModeProps) {
  const { t } = useTranslation('roles')
  const update = useChange('updateRoleMappingSettings', { stale })
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={t('mode.change', { mode: t(`mode.${mode}`) })}
      action={t('mode.apply')}
      tier="affects"
      isPending={update.isPending}
      error={update.error}
      onConfirm={() => update.mutate({ body: { mode }, ifMatch: `"${version}"` }, { onSuccess: onClose })}
    >
      <p>{t(`mode.${mode}Text`)}</p>
      <MappingPreview change={{ mode }} />
    </ConfirmDialog>
  )
}
