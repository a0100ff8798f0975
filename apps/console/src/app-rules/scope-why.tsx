import { explainScope, scopeOperators, type Clause, type ScopeOperator } from '@rollcall/expressions'
import { useTranslation } from 'react-i18next'
import { createReader, type Sample } from '../ui/expressions/try-rule.ts'
import { StateChip } from '../ui/state-chip.tsx'
import type { ObjectRules } from './rules.ts'
import styles from './rules.module.css'

/** Clause by clause, why those who are tried are in or out. */
export function ScopeWhy({
  scope,
  samples,
}: {
  readonly scope: ObjectRules['scope']
  readonly samples: readonly Sample[]
}) {
  const { t } = useTranslation('rules')
  if ('filter' in scope) return <p className={styles.quiet}>{t('scope.whyText')}</p>
  const groups = scope.groups.map((group) => group.flatMap(toClause))
  if (groups.length === 0) return <p className={styles.quiet}>{t('scope.all')}</p>
  return (
    <ul className={styles.why}>
      {samples.map((sample) => {
        const { isInScope, groups: found } = explainScope({ groups }, createReader(sample))
        return (
          <li key={sample.id}>
            <p className={styles.revision}>
              <strong>{sample.name ?? sample.id}</strong>
              <StateChip tone={isInScope ? 'good' : 'quiet'}>{isInScope ? t('scope.in') : t('scope.out')}</StateChip>
            </p>
            <ul className={styles.moved}>
              {found.flatMap(({ clauses }, index) =>
                clauses.map(({ clause, value, holds }, place) => (
                  <li key={`${index} ${place}`} data-sign={holds ? '+' : '−'}>
                    {holds ? '✓' : '✗'} {clause.attribute} {clause.operator} {clause.value ?? ''} ({toText(value)})
                  </li>
                )),
              )}
            </ul>
          </li>
        )
      })}
    </ul>
  )
}

type Written = Extract<ObjectRules['scope'], { readonly groups: unknown }>['groups'][number][number]

/** One of an operator that is none is not looked at; the check of the rules says so. */
function toClause({ attribute, operator, value, quantifier }: Written): readonly Clause[] {
  if (!Object.hasOwn(scopeOperators, operator)) return []
  const known = operator as ScopeOperator // looked up one line above
  return [
    {
      attribute,
      operator: known,
      ...(value !== undefined && { value }),
      ...(quantifier !== undefined && { quantifier }),
    },
  ]
}

function toText(value: unknown): string {
  if (value === null || value === undefined) return '–'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
