import { Button, Checkbox, Textarea, TextInput } from '@mantine/core'
import { permissionNames } from '@rollcall/admin-api/names'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { useCan, useSession } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import { Form, FormSection, useDraft } from '../ui/form.tsx'
import { showToast } from '../ui/toast.ts'
import { areas, useRoleWords, type Area, type Permission, type Role } from './role-words.ts'
import styles from './roles.module.css'

/** What a role is called and allows. */
export function RoleForm({ role }: { readonly role: Role }) {
  const { t } = useTranslation('roles')
  const can = useCan()
  const { name, description, permissions, version, isBuiltIn } = role
  const update = useChange('updateRole', { stale: ['getRole', 'listRoles', 'listRoleAssignments'] })
  const draft = useDraft({ name, description, permissions: toOrdered(permissions) })
  const { values } = draft
  const isReadOnly = isBuiltIn || !can('roles:manage')
  const save = (): void =>
    update.mutate(
      {
        params: { role: role.id },
        body: {
          name: values.name.trim(),
          description: values.description.trim(),
          permissions: [...values.permissions],
        },
        ifMatch: `"${version}"`,
      },
      {
        onSuccess: () => {
          draft.discard()
          showToast({ tone: 'good', text: t('saved') })
        },
      },
    )
  return (
    <Form draft={draft} isPending={update.isPending} error={update.error} onSave={save}>
      {!isBuiltIn && (
        <FormSection title={t('general')} lead={t('generalText')}>
          <TextInput
            label={t('column.name')}
            value={values.name}
            disabled={isReadOnly}
            onChange={(event) => draft.set('name', event.currentTarget.value)}
          />
          <Textarea
            label={t('column.description')}
            value={values.description}
            disabled={isReadOnly}
            autosize
            onChange={(event) => draft.set('description', event.currentTarget.value)}
          />
        </FormSection>
      )}
      <FormSection title={t('column.permissions')} lead={t(isBuiltIn ? 'builtInText' : 'permissionsText')}>
        {areas.map((area) => (
          <AreaBoxes
            key={area.name}
            area={area}
            chosen={values.permissions}
            isReadOnly={isReadOnly}
            onChange={(next) => draft.set('permissions', toOrdered(next))}
          />
        ))}
      </FormSection>
    </Form>
  )
}

/** The order of the table, so that the same set is the same draft. */
function toOrdered(chosen: readonly string[]): readonly Permission[] {
  return permissionNames.filter((name) => chosen.includes(name))
}

type AreaBoxesProps = {
  readonly area: Area
  readonly chosen: readonly Permission[]
  readonly isReadOnly: boolean
  onChange(chosen: readonly Permission[]): void
}

function AreaBoxes({ area, chosen, isReadOnly, onChange }: AreaBoxesProps) {
  const { t } = useTranslation('roles')
  const words = useRoleWords()
  const formats = useFormats()
  const { permissions: own } = useSession()
  const held = area.permissions.filter((name) => chosen.includes(name))
  const possible = area.permissions.filter((name) => own.has(name))
  const toggle = (name: Permission): void =>
    onChange(chosen.includes(name) ? chosen.filter((each) => each !== name) : [...chosen, name])
  return (
    <fieldset className={styles.boxes}>
      <legend className={styles.legend}>
        {words.area(area.name)}
        <span className={styles.count}>
          {t('ofArea', { count: formats.number(held.length), total: formats.number(area.permissions.length) })}
        </span>
      </legend>
      {area.permissions.map((name) => (
        <Checkbox
          key={name}
          label={words.permission(name)}
          description={<code>{name}</code>}
          checked={chosen.includes(name)}
          // What one may not do oneself one cannot give; it can be taken away.
          disabled={isReadOnly || (!own.has(name) && !chosen.includes(name))}
          onChange={() => toggle(name)}
        />
      ))}
      {!isReadOnly && possible.length > 1 && held.length < possible.length && (
        <Button
          size="compact-xs"
          variant="subtle"
          className={styles.all}
          onClick={() => onChange([...new Set([...chosen, ...possible])])}
        >
          {t('allOf', { area: words.area(area.name) })}
        </Button>
      )}
    </fieldset>
  )
}
