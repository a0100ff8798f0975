import { useTranslation } from 'react-i18next'
import { icons } from './icons.tsx'
import styles from './expressions/expressions.module.css'
import type { Outcome } from './expressions/try-rule.ts'

/** What a rule yields, or in words why it yields nothing that can be shown. */
export function RuleOutcome({ outcome }: { readonly outcome: Outcome }) {
  const { t } = useTranslation('expressions')
  if (outcome.kind === 'value') return <code className={styles.value}>{outcome.text}</code>
  if (outcome.kind !== 'error') return <span className={styles.quiet}>{t(`outcome.${outcome.kind}`)}</span>
  return (
    <span className={styles.failed}>
      <icons.error size={14} />
      {outcome.text}
    </span>
  )
}
