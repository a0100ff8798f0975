import { Autocomplete, Select, Textarea } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { ClauseGroups } from '../app-rules/clause-groups.tsx'
import { FormSection } from '../ui/form.tsx'
import type { PartProps } from './rules-editor.tsx'
import type { Rules } from './rules.ts'
import styles from './source-rules.module.css'
import { TagsField } from '../ui/tags-field.tsx'

type Column = Rules['columns'][string]
const types = ['string', 'number', 'boolean', 'date', 'dateTime'] as const
const plain: Column = { type: 'string', isRequired: false, flowNulls: false, isSecret: false }

/** What names a record, what its columns are, and which records count at all. */
export function RecordsPart(props: PartProps) {
  const { rules, columns, isReadOnly, onChange } = props
  const { t } = useTranslation('sourceRules')
  const names = columns.map(({ name }) => name)
  const field = { disabled: isReadOnly } as const
  const having = (part: 'isRequired' | 'flowNulls' | 'isSecret'): string[] =>
    Object.entries(rules.columns).flatMap(([name, column]) => (column[part] ? [name] : []))
  const set = (part: 'isRequired' | 'flowNulls' | 'isSecret', chosen: readonly string[]): void => {
    const all = new Set([...Object.keys(rules.columns), ...chosen])
    onChange({
      ...rules,
      columns: toColumns(all, (name) => ({ ...(rules.columns[name] ?? plain), [part]: chosen.includes(name) })),
    })
  }
  return (
    <>
      <FormSection title={t('records.anchor')} lead={t('records.anchorLead')}>
        <Autocomplete
          {...field}
          label={t('records.anchorColumn')}
          data={names}
          spellCheck={false}
          value={rules.anchor}
          onChange={(anchor) => onChange({ ...rules, anchor })}
        />
      </FormSection>
      <FormSection title={t('records.columns')} lead={t('records.columnsLead')}>
        {(['isRequired', 'flowNulls', 'isSecret'] as const).map((part) => (
          <TagsField
            key={part}
            {...field}
            label={t(`records.${part}`)}
            description={t(`records.${part}Help`)}
            data={names}
            value={having(part)}
            onChange={(chosen) => set(part, chosen)}
          />
        ))}
        <ColumnTypes {...props} />
      </FormSection>
      <FormSection title={t('records.scope')} lead={t('records.scopeLead')}>
        <ClauseGroups
          groups={rules.scope.groups ?? []}
          source={columns}
          samples={props.samples}
          isReadOnly={isReadOnly}
          onChange={(groups) => onChange({ ...rules, scope: { ...rules.scope, groups } })}
        />
        <Textarea
          {...field}
          label={t('records.filter')}
          description={t('records.filterHelp')}
          autosize
          minRows={1}
          spellCheck={false}
          value={rules.scope.filter ?? ''}
          onChange={(event) => onChange({ ...rules, scope: withFilter(rules.scope, event.currentTarget.value) })}
        />
      </FormSection>
    </>
  )
}

function withFilter({ groups }: Rules['scope'], filter: string): Rules['scope'] {
  return { groups: groups ?? [], ...(filter !== '' && { filter }) }
}

/** A column that is as any other is left out of the document. */
function toColumns(names: Iterable<string>, toColumn: (name: string) => Column): Rules['columns'] {
  const all = [...names].map((name) => [name, toColumn(name)] as const)
  return Object.fromEntries(
    all.filter(
      ([, { type, isRequired, flowNulls, isSecret }]) => type !== 'string' || isRequired || flowNulls || isSecret,
    ),
  )
}

function ColumnTypes({ rules, columns, isReadOnly, onChange }: PartProps) {
  const { t } = useTranslation('sourceRules')
  const set = (name: string, type: Column['type']): void => {
    const all = new Set([...Object.keys(rules.columns), name])
    const columnOf = (each: string): Column => rules.columns[each] ?? plain
    onChange({
      ...rules,
      columns: toColumns(all, (each) => (each === name ? { ...columnOf(each), type } : columnOf(each))),
    })
  }
  return (
    <details className={styles.unused}>
      <summary>{t('records.types')}</summary>
      <ul>
        {columns.map(({ name }) => (
          <li key={name}>
            <code>{name}</code>
            <Select
              aria-label={t('records.typeOf', { name })}
              data={types.map((value) => ({ value, label: t(`records.type.${value}`) }))}
              value={rules.columns[name]?.type ?? 'string'}
              allowDeselect={false}
              disabled={isReadOnly}
              onChange={(value) => set(name, types.find((each) => each === value) ?? 'string')}
            />
          </li>
        ))}
      </ul>
    </details>
  )
}
