import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug } from '../api/queries.ts'
import { StateChip } from '../ui/state-chip.tsx'
import type { Attribute } from './attributes-page.tsx'
import styles from './attributes.module.css'

type AttributesTableProps = {
  readonly attributes: readonly Attribute[]
  readonly openName: string | undefined
  onOpen(name: string): void
}

/** By schema; a row opens the attribute. */
export function AttributesTable({ attributes, openName, onOpen }: AttributesTableProps) {
  const { t } = useTranslation('attributes')
  const bySchema = [...Map.groupBy(attributes, ({ schema }) => schema)]
  return (
    <div className={styles.frame}>
      <table className={styles.table} aria-label={t('title')}>
        <thead>
          <tr>
            <th scope="col">{t('column.name')}</th>
            <th scope="col">{t('column.type')}</th>
            <th scope="col">{t('column.writers')}</th>
          </tr>
        </thead>
        {bySchema.map(([schema, all]) => (
          <tbody key={schema}>
            <tr className={styles.schema}>
              <th scope="rowgroup" colSpan={3}>
                {all[0]?.schemaName} <code>{schema}</code>{' '}
                {all[0]?.isCustom === true && <StateChip tone="info">{t('custom')}</StateChip>}
              </th>
            </tr>
            {all.map((attribute) => (
              <Row
                key={attribute.name}
                attribute={attribute}
                isOpen={attribute.name === openName}
                onOpen={() => onOpen(attribute.name)}
              />
            ))}
          </tbody>
        ))}
      </table>
    </div>
  )
}

type RowProps = { readonly attribute: Attribute; readonly isOpen: boolean; onOpen(): void }

function Row({ attribute, isOpen, onOpen }: RowProps) {
  const { t } = useTranslation('attributes')
  const { name, schema, type, isMultiValued, isRequired, isReadOnly, isMappable, writers } = attribute
  const marks = [
    ...(isRequired ? [t('mark.required')] : []),
    ...(isReadOnly ? [t('mark.readOnly')] : isMappable ? [] : [t('mark.notMapped')]),
  ]
  return (
    <tr data-open={isOpen || undefined}>
      <td>
        <button
          type="button"
          className={styles.open}
          title={name}
          aria-label={toShortName(name, schema)}
          onClick={onOpen}
        >
          <code>{toShortName(name, schema)}</code>
        </button>
      </td>
      <td className={styles.quiet}>
        {[t(`type.${type}`) + (isMultiValued ? t('several') : ''), ...marks].join(' · ')}
      </td>
      <td>
        <Writers writers={writers} />
      </td>
    </tr>
  )
}

/** The one that wins first. */
function Writers({ writers }: Pick<Attribute, 'writers'>) {
  const { t } = useTranslation('attributes')
  const organization = useOrganizationSlug()
  if (writers.length === 0) return <span className={styles.quiet}>–</span>
  return (
    <ol className={styles.writers}>
      {writers.map(({ sourceId, name, precedence, kind }) => (
        <li key={sourceId + kind}>
          <Link
            to="/$organization/sources/$source"
            params={{ organization, source: sourceId }}
            search={{ tab: 'mapping' }}
          >
            {name}
          </Link>{' '}
          {writers.length > 1 && <span className={styles.quiet}>{t('precedence', { number: precedence })}</span>}
        </li>
      ))}
    </ol>
  )
}

/** Below the name of its schema the name alone is enough. */
function toShortName(name: string, schema: string): string {
  return name.startsWith(`${schema}:`) ? name.slice(schema.length + 1) : name
}
