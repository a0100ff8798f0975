import { Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useCan } from '../api/session.ts'
import { useRoleWords } from '../roles/role-words.ts'
import { useRoles } from '../roles/use-roles.ts'

type RoleSelectProps = {
  readonly label: string
  /** What counts where none is chosen. */
  readonly placeholder?: string
  readonly value: string | null
  readonly disabled: boolean
  onChange(role: string | null): void
}

export function RoleSelect({ label, placeholder, value, disabled, onChange }: RoleSelectProps) {
  const { t } = useTranslation()
  const can = useCan()
  const words = useRoleWords()
  const { roles } = useRoles()
  return (
    <Select
      label={label}
      placeholder={placeholder}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': t('clear') }}
      disabled={disabled || !can('roles:read')}
      data={roles.map((role) => ({ value: role.id, label: words.name(role) }))}
      value={value}
      onChange={onChange}
    />
  )
}
