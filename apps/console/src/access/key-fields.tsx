import { Button, MultiSelect, Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import styles from './access.module.css'
import { expiryDays, keyTemplates, scopeGroups, type Expiry, type ScopeName } from './key-scopes.ts'

type ScopeFieldsProps = {
  readonly scopes: readonly ScopeName[]
  /** Left out: all that there are. */
  readonly allowed?: ReadonlySet<string>
  onChange(scopes: readonly ScopeName[]): void
}

/** What most keys are for, and every single permission behind it, reading apart from changing. */
export function ScopeFields({ scopes, allowed, onChange }: ScopeFieldsProps) {
  const { t } = useTranslation('access')
  const isAllowed = (name: string): boolean => allowed === undefined || allowed.has(name)
  const groups = scopeGroups
    .map(({ name, scopes: items }) => ({ group: t(`scopes.${name}`), items: items.filter(isAllowed) }))
    .filter(({ items }) => items.length > 0)
  const templates = keyTemplates.filter((template) => template.scopes.some(isAllowed))
  return (
    <>
      <div className={styles.templates} role="group" aria-label={t('key.templates')}>
        <span className={styles.note}>{t('key.templates')}</span>
        {templates.map((template) => (
          <Button key={template.name} size="xs" onClick={() => onChange(template.scopes.filter(isAllowed))}>
            {t(`template.${template.name}`)}
          </Button>
        ))}
      </div>
      <MultiSelect
        label={t('column.scopes')}
        description={t('key.scopesHelp')}
        required
        searchable
        clearable
        data={groups}
        value={[...scopes]}
        onChange={(chosen) => onChange(chosen)}
      />
    </>
  )
}

export function ExpiryField({ expiry, onChange }: { readonly expiry: Expiry; onChange(expiry: Expiry): void }) {
  const { t } = useTranslation('access')
  return (
    <Select
      label={t('key.expiry')}
      description={expiry === 'never' ? t('key.neverHelp') : undefined}
      allowDeselect={false}
      data={expiryDays.map((value) => ({ value, label: t(`expiry.${value}`) }))}
      value={expiry}
      onChange={(value) => onChange(value ?? '90')}
    />
  )
}
