import { useTranslation } from 'react-i18next'
import styles from './diff-table.module.css'

export type DiffRow = { readonly path: string; readonly before?: unknown; readonly after?: unknown }

/** What changed: old and new, values that are sets as what left and what came. */
export function DiffTable({ rows, label }: { readonly rows: readonly DiffRow[]; readonly label: string }) {
  const { t } = useTranslation()
  return (
    <div className={styles.frame}>
      <table className={styles.table} aria-label={label}>
        <thead>
          <tr>
            <th scope="col">{t('diff.attribute')}</th>
            <th scope="col">{t('diff.before')}</th>
            <th scope="col">{t('diff.after')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.path}>
              <th scope="row">
                <code>{row.path}</code>
              </th>
              <td>
                <Values values={onlyIn(row.before, row.after)} kind="old" />
              </td>
              <td>
                <Values values={onlyIn(row.after, row.before)} kind="new" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Values({ values, kind }: { readonly values: readonly string[]; readonly kind: 'old' | 'new' }) {
  if (values.length === 0) return <span className={styles.nothing}>–</span>
  const Tag = kind === 'old' ? 'del' : 'ins'
  return (
    <span className={styles.values}>
      {values.map((value) => (
        <Tag key={value} className={styles[kind]}>
          {value}
        </Tag>
      ))}
    </span>
  )
}

/** Of a list what the other lacks; anything else whole. */
function onlyIn(value: unknown, other: unknown): readonly string[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) return [toText(value)]
  const others = new Set(Array.isArray(other) ? other.map(toText) : [])
  return value.map(toText).filter((text) => !others.has(text))
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
