import { ActionIcon, Autocomplete, Button, Select } from '@mantine/core'
import { scopeOperators, type Schema, type ScopeOperator } from '@rollcall/expressions'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { createReader, type Sample } from '../ui/expressions/try-rule.ts'
import { icons } from '../ui/icons.tsx'
import { operatorKeys } from './operators.ts'
import type { ObjectRules } from './rules.ts'
import styles from './rules.module.css'

type Groups = Extract<ObjectRules['scope'], { readonly groups: unknown }>['groups']
type Clause = Groups[number][number]

type ClauseGroupsProps = {
  readonly groups: Groups
  readonly source: Schema
  readonly samples: readonly Sample[]
  readonly isReadOnly: boolean
  onChange(groups: Groups): void
}

const newClause: Clause = { attribute: '', operator: 'EQUALS', value: '' }

/** All clauses of a group hold, and one group is enough; without groups it is everybody. */
export function ClauseGroups({ groups, onChange, ...rest }: ClauseGroupsProps) {
  const { t } = useTranslation('rules')
  const setGroup = (index: number, group: Groups[number]): void =>
    onChange(group.length === 0 ? groups.toSpliced(index, 1) : groups.with(index, group))
  return (
    <div className={styles.scope}>
      {groups.length === 0 && <p className={styles.quiet}>{t('scope.all')}</p>}
      {groups.map((group, index) => (
        <div key={index} className={styles.clauses} role="group" aria-label={t('scope.group', { number: index + 1 })}>
          {index > 0 && <span className={styles.or}>{t('scope.or')}</span>}
          {group.map((clause, place) => (
            <ClauseRow
              key={place}
              clause={clause}
              isFirst={place === 0}
              onChange={(changed) => setGroup(index, group.with(place, changed))}
              onRemove={() => setGroup(index, group.toSpliced(place, 1))}
              {...rest}
            />
          ))}
          {!rest.isReadOnly && (
            <Button size="xs" variant="subtle" onClick={() => setGroup(index, [...group, newClause])}>
              {t('scope.addClause')}
            </Button>
          )}
        </div>
      ))}
      {!rest.isReadOnly && (
        <Button
          size="xs"
          className={styles.kinds ?? ''}
          leftSection={<icons.plus size={14} />}
          onClick={() => onChange([...groups, [newClause]])}
        >
          {groups.length === 0 ? t('scope.addFirst') : t('scope.addGroup')}
        </Button>
      )}
    </div>
  )
}

type ClauseRowProps = Pick<ClauseGroupsProps, 'source' | 'samples' | 'isReadOnly'> & {
  readonly clause: Clause
  readonly isFirst: boolean
  onChange(clause: Clause): void
  onRemove(): void
}

const namesMax = 40

function ClauseRow({ clause, isFirst, source, samples, isReadOnly, onChange, onRemove }: ClauseRowProps) {
  const { t } = useTranslation('rules')
  const names = useMemo(() => [...new Set(source.map(({ name }) => name))], [source])
  const values = useMemo(() => listValues(samples, clause.attribute), [samples, clause.attribute])
  const needsValue = isOperator(clause.operator) && scopeOperators[clause.operator].operand !== 'none'
  return (
    <div className={styles.clause}>
      <span className={styles.quiet}>{isFirst ? t('scope.where') : t('scope.and')}</span>
      <Autocomplete
        aria-label={t('scope.attribute')}
        placeholder={t('scope.attribute')}
        data={names}
        limit={namesMax}
        value={clause.attribute}
        readOnly={isReadOnly}
        spellCheck={false}
        onChange={(attribute) => onChange({ ...clause, attribute })}
      />
      <Select
        aria-label={t('scope.operator')}
        data={operatorKeys.map(([operator, key]) => ({
          value: operator,
          label: `${t(`operator.${key}`)} · ${operator}`,
        }))}
        value={clause.operator}
        allowDeselect={false}
        disabled={isReadOnly}
        onChange={(operator) => onChange(withOperator(clause, operator ?? clause.operator))}
      />
      {needsValue ? (
        <Autocomplete
          aria-label={t('scope.value')}
          placeholder={t('scope.value')}
          data={values}
          value={clause.value ?? ''}
          readOnly={isReadOnly}
          spellCheck={false}
          onChange={(value) => onChange({ ...clause, value })}
        />
      ) : (
        <span />
      )}
      {!isReadOnly && (
        <ActionIcon aria-label={t('scope.removeClause')} onClick={onRemove}>
          <icons.close size={14} />
        </ActionIcon>
      )}
    </div>
  )
}

function isOperator(name: string): name is ScopeOperator {
  return Object.hasOwn(scopeOperators, name)
}

function withOperator({ value, ...clause }: Clause, operator: string): Clause {
  const takesNone = isOperator(operator) && scopeOperators[operator].operand === 'none'
  return { ...clause, operator, ...(!takesNone && { value: value ?? '' }) }
}

/** What those have on whom it is tried. */
function listValues(samples: readonly Sample[], attribute: string): string[] {
  const values = samples.map((sample) => createReader(sample)(attribute))
  return [...new Set(values.filter((value) => typeof value === 'string'))]
}
