import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { RuleOutcome } from '../ui/rule-outcome.tsx'
import { tryRule, type Sample, type Surroundings } from '../ui/expressions/try-rule.ts'
import { icons } from '../ui/icons.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { printRule, type MappingGroup, type MappingRow } from './mapping-groups.ts'
import type { Finding, TargetAttribute } from './rules.ts'
import { findingsOf } from './use-findings.ts'
import styles from './rules.module.css'

type MappingTableProps = {
  readonly groups: readonly MappingGroup[]
  readonly unmapped: readonly TargetAttribute[]
  readonly target: readonly TargetAttribute[]
  readonly sample: Sample | undefined
  readonly surroundings: Surroundings
  readonly findings: readonly Finding[]
  readonly openTarget: string | undefined
  onOpen(target: string): void
  onAdd?(target: string): void
}

/** All rules of one kind, in their groups; a row opens its rule. */
export function MappingTable(props: MappingTableProps) {
  const { groups, sample, unmapped, onAdd } = props
  const { t } = useTranslation('rules')
  return (
    <div className={styles.frame}>
      <table className={styles.table} aria-label={t('tab.mappings')}>
        <thead>
          <tr>
            <th scope="col">{t('column.target')}</th>
            <th scope="col">{t('column.rule')}</th>
            <th scope="col">
              {sample === undefined ? t('column.result') : t('column.resultFor', { name: sample.name ?? sample.id })}
            </th>
            <th scope="col">{t('column.apply')}</th>
          </tr>
        </thead>
        {groups.map(({ name, rows }) => (
          <tbody key={name}>
            <tr className={styles.group}>
              <th scope="rowgroup" colSpan={4}>
                {t(`group.${name}`)} <span className={styles.quiet}>{rows.length}</span>
              </th>
            </tr>
            {rows.map((row) => (
              <Row key={row.target} row={row} {...props} />
            ))}
          </tbody>
        ))}
      </table>
      {unmapped.length > 0 && (
        <details className={styles.unmapped}>
          <summary>{t('unmapped', { count: unmapped.length })}</summary>
          <ul>
            {unmapped.map(({ name, type }) => (
              <li key={name}>
                <code>{name}</code>
                <span className={styles.quiet}>{type}</span>
                {onAdd !== undefined && (
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    aria-label={t('mapNamed', { name })}
                    onClick={() => onAdd(name)}
                  >
                    {t('map')}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  )
}

function Row({ row, ...props }: MappingTableProps & { readonly row: MappingRow }) {
  const { t } = useTranslation('rules')
  const { mapping, target: name, match } = row
  if (mapping === undefined)
    return (
      <tr data-missing>
        <th scope="row">
          <code>{name}</code>
        </th>
        <td colSpan={2}>
          <StateChip tone="bad">{t('missing')}</StateChip>
        </td>
        <td>
          {props.onAdd !== undefined && (
            <Button size="compact-xs" aria-label={t('mapNamed', { name })} onClick={() => props.onAdd?.(name)}>
              {t('map')}
            </Button>
          )}
        </td>
      </tr>
    )
  const attribute = props.target.find((each) => each.name === name)
  const { sample, surroundings } = props
  return (
    <tr data-open={props.openTarget === name || undefined}>
      <th scope="row">
        <button type="button" className={styles.open} onClick={() => props.onOpen(name)}>
          <code>{name}</code>
        </button>
        {match > 0 && <span className={styles.mark}>{t('matchPlace', { place: match })}</span>}
      </th>
      <td>
        <span className={styles.rule}>
          <span className={styles.kind}>{t(`mappingKind.${mapping.kind}`)}</span>
          <code>{printRule(mapping)}</code>
        </span>
        <RowFindings findings={findingsOf(props.findings, row.index)} />
      </td>
      <td>
        {sample !== undefined && (
          <RuleOutcome outcome={tryRule(mapping, { sample, target: attribute, surroundings })} />
        )}
      </td>
      <td className={styles.quiet}>{t(`apply.${mapping.apply}`)}</td>
    </tr>
  )
}

function RowFindings({ findings }: { readonly findings: readonly Finding[] }): ReactNode {
  const { t } = useTranslation('rules')
  return findings.map(({ rule, severity, message, people }) => (
    <p key={rule + message} className={styles.finding} data-severity={severity}>
      {severity === 'error' ? <icons.error size={14} /> : <icons.warning size={14} />}
      <span>
        {message}
        {people !== null && people.count > 0 && (
          <span title={people.names.join(', ')}> {t('concerns', { count: people.count })}</span>
        )}
      </span>
    </p>
  ))
}
