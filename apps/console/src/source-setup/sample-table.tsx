import { useTranslation } from 'react-i18next'
import { printValue } from '../sources/print-value.ts'
import type { SourceTest } from './use-source-test.ts'
import styles from './setup.module.css'

type SampleTableProps = { readonly columns: readonly string[]; readonly sample: SourceTest['sample'] }

/** The first records as they come, column by column; what cannot be read says why. */
export function SampleTable({ columns, sample }: SampleTableProps) {
  const { t } = useTranslation('sourceSetup')
  if (sample.length === 0) return <p className={styles.quiet}>{t('sample.none')}</p>
  return (
    // Wider than the page: whoever has no mouse scrolls it by the keys.
    <div className={styles.frame} role="region" aria-label={t('sample.label')} tabIndex={0}>
      <table className={styles.sample}>
        <thead>
          <tr>
            <th scope="col">{t('sample.place')}</th>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sample.map((entry) => (
            <tr key={entry.place} data-bad={entry.kind === 'bad' || undefined}>
              <th scope="row">{entry.place}</th>
              {entry.attributes === null ? (
                <td colSpan={columns.length} lang="en">
                  {entry.detail ?? t('sample.deleted')}
                </td>
              ) : (
                columns.map((column) => <td key={column}>{printValue(entry.attributes?.[column])}</td>)
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
