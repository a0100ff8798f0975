import { ActionIcon, Button, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { TeamPicker } from '../teams/team-picker.tsx'
import { icons } from '../ui/icons.tsx'
import { RoleSelect } from './role-select.tsx'
import styles from './sso.module.css'

export type MappingRow = { readonly attribute: string; readonly value: string; readonly target: string }

type MappingRowsProps = {
  readonly kind: 'role' | 'team'
  readonly rows: readonly MappingRow[]
  readonly isReadOnly: boolean
  onChange(rows: readonly MappingRow[]): void
}

/** Attribute, value, what it gives: a line each. */
export function MappingRows({ kind, rows, isReadOnly, onChange }: MappingRowsProps) {
  const { t } = useTranslation('singleSignOn')
  const change = (at: number, part: Partial<MappingRow>): void =>
    onChange(rows.map((row, index) => (index === at ? { ...row, ...part } : row)))
  const last = rows.at(-1)
  return (
    <>
      {rows.length === 0 && <p className={styles.quiet}>{t('access.none')}</p>}
      {rows.map((row, index) => (
        // Lines have no id of their own, and none changes its place.
        <div key={index} className={styles.mapping} role="group" aria-label={t('access.line', { number: index + 1 })}>
          <TextInput
            label={t('access.attribute')}
            value={row.attribute}
            disabled={isReadOnly}
            spellCheck={false}
            onChange={(event) => change(index, { attribute: event.currentTarget.value })}
          />
          <TextInput
            label={t('access.value')}
            value={row.value}
            disabled={isReadOnly}
            spellCheck={false}
            onChange={(event) => change(index, { value: event.currentTarget.value })}
          />
          {kind === 'role' ? (
            <RoleSelect
              label={t('access.role')}
              value={row.target || null}
              disabled={isReadOnly}
              onChange={(target) => change(index, { target: target ?? '' })}
            />
          ) : (
            <TeamPicker
              label={t('access.team')}
              isReadOnly={isReadOnly}
              value={row.target || undefined}
              onChange={(target) => change(index, { target: target ?? '' })}
            />
          )}
          {!isReadOnly && (
            <ActionIcon
              size={32}
              variant="default"
              aria-label={t('access.remove', { number: index + 1 })}
              onClick={() => onChange(rows.filter((_, at) => at !== index))}
            >
              <icons.remove />
            </ActionIcon>
          )}
        </div>
      ))}
      {!isReadOnly && (
        <div>
          <Button
            leftSection={<icons.plus />}
            onClick={() => onChange([...rows, { attribute: last?.attribute ?? 'groups', value: '', target: '' }])}
          >
            {t('access.add')}
          </Button>
        </div>
      )}
    </>
  )
}
