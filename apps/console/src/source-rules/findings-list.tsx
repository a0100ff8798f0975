import { useTranslation } from 'react-i18next'
import { icons } from '../ui/icons.tsx'
import type { Finding } from './rules.ts'
import styles from './source-rules.module.css'

type FindingsListProps = {
  readonly findings: readonly Finding[]
  /** Those of mappings stand at their rows, where these are shown. */
  readonly isWhole: boolean
}

/** What is wrong or probably not meant, with its place in the rules. */
export function FindingsList({ findings, isWhole }: FindingsListProps) {
  const { t } = useTranslation('sourceRules')
  const shown = findings.filter(({ field }) => isWhole || !field.startsWith('mappings['))
  if (shown.length === 0) return null
  return (
    <ul className={styles.findings} aria-label={t('findings')}>
      {shown.map((finding) => (
        <li key={finding.field + finding.rule + finding.message} data-severity={finding.severity}>
          <FindingText finding={finding} isPlaced />
        </li>
      ))}
    </ul>
  )
}

type FindingTextProps = { readonly finding: Finding; readonly isPlaced?: boolean }

export function FindingText({ finding, isPlaced = false }: FindingTextProps) {
  const { t } = useTranslation('sourceRules')
  const { field, rule, severity, message, position, suggestion } = finding
  return (
    <span className={styles.finding} data-severity={severity}>
      {severity === 'error' ? <icons.error size={14} /> : <icons.warning size={14} />}
      <span>
        {isPlaced && <code>{field}</code>} {t(`finding.${rule.replaceAll('-', '_')}`, { defaultValue: '' })}{' '}
        <span lang="en">{message}</span>
        {position !== null && position !== undefined && <> {t('column', { column: position + 1 })}</>}
        {suggestion !== null && suggestion !== undefined && <> {t('suggestion', { suggestion })}</>}
      </span>
    </span>
  )
}
