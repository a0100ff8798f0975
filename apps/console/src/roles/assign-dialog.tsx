import { SegmentedControl, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { useSession } from '../api/session.ts'
import { TeamPicker } from '../teams/team-picker.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { showToast } from '../ui/toast.ts'
import { useRoleWords } from './role-words.ts'
import { SubjectField, type SubjectKind } from './subject-field.tsx'
import { useRoles } from './use-roles.ts'

const kinds: readonly SubjectKind[] = ['person', 'serviceAccount']

type AssignProps = {
  /** Which role; left out: is chosen here. */
  readonly role?: string
  /** To whom; left out: is chosen here. */
  readonly person?: string
  onClose(): void
}

/** Gives a role to a person or a service account, everywhere or for one team. */
export function AssignDialog({ role: given, person, onClose }: AssignProps) {
  const { t } = useTranslation('roles')
  const [kind, setKind] = useState<SubjectKind>('person')
  const [subject, setSubject] = useState(person)
  const [role, setRole] = useState(given)
  const [team, setTeam] = useState<string>()
  const [reason, setReason] = useState('')
  const grant = useChange('grantRole', { stale: ['listRoleAssignments', 'getPerson'] })
  const submit = (): void =>
    grant.mutate(
      {
        params: { role: role ?? '' },
        body: {
          ...(kind === 'person' ? { user: subject } : { serviceAccount: subject }),
          ...(team !== undefined && { team }),
          ...(reason.trim() !== '' && { reason: reason.trim() }),
        },
      },
      {
        onSuccess: () => {
          showToast({ tone: 'good', text: t('assign.done') })
          onClose()
        },
      },
    )
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={t('assign.action')}
      action={t('assign.give')}
      isReady={subject !== undefined && role !== undefined}
      change={grant}
      onSubmit={submit}
    >
      {person === undefined && (
        <>
          <SegmentedControl
            aria-label={t('assign.kind')}
            data={kinds.map((value) => ({ value, label: t(`subject.${value}`) }))}
            value={kind}
            onChange={(value) => {
              setKind(kinds.find((each) => each === value) ?? 'person')
              setSubject(undefined)
            }}
          />
          <SubjectField key={kind} kind={kind} value={subject} onChange={setSubject} />
        </>
      )}
      <RoleField value={role} onChange={setRole} />
      <TeamPicker
        label={t('column.reach')}
        description={t('assign.reachHelp')}
        placeholder={t('everywhere')}
        value={team}
        onChange={setTeam}
      />
      <TextInput label={t('assign.reason')} value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
    </FormDialog>
  )
}

type RoleFieldProps = { readonly value: string | undefined; onChange(value: string | undefined): void }

function RoleField({ value, onChange }: RoleFieldProps) {
  const { t } = useTranslation('roles')
  const words = useRoleWords()
  const { roles } = useRoles()
  const { permissions: own } = useSession()
  const mayGive = (permissions: readonly string[]): boolean =>
    own.has('owners:manage') || !permissions.includes('owners:manage')
  return (
    <Select
      required
      label={t('role')}
      searchable
      data={roles
        .filter(({ permissions }) => mayGive(permissions))
        .map((role) => ({ value: role.id, label: words.name(role) }))}
      value={value ?? null}
      onChange={(next) => onChange(next ?? undefined)}
    />
  )
}
