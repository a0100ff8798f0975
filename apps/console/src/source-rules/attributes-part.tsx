import { Select } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { listRead } from '../ui/expressions/inspect-expression.ts'
import { printValue } from '../sources/print-value.ts'
import { tryRule } from '../ui/expressions/try-rule.ts'
import { RuleOutcome } from '../ui/rule-outcome.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { FindingText } from './findings-list.tsx'
import { MappingPanel } from './mapping-panel.tsx'
import type { PartProps } from './rules-editor.tsx'
import { newMapping, printRule, setMapping, type Mapping, type Rules } from './rules.ts'
import styles from './source-rules.module.css'

const route = getRouteApi('/$organization/sources/$source')
const shownMax = 60

/** Attribute of the person ← rule → result for one record. */
export function AttributesPart(props: PartProps) {
  const { rules, targets, isReadOnly, onChange } = props
  const { t } = useTranslation('sourceRules')
  const { open } = route.useSearch()
  const navigate = route.useNavigate()
  const show = (name: string | undefined): void =>
    void navigate({ search: (before) => ({ ...before, open: name }), replace: true })
  const add = (target: string, column = ''): void => {
    onChange(setMapping(rules, newMapping(target, column)))
    show(target)
  }
  const given = new Set(rules.mappings.map(({ target }) => target))
  const free = targets.filter(({ name }) => !given.has(name)).map(({ name }) => name)
  const mapping = rules.mappings.find(({ target }) => target === open)
  return (
    <>
      {!isReadOnly && (
        <Select
          className={styles.add ?? ''}
          aria-label={t('add')}
          placeholder={t('add')}
          data={free}
          limit={shownMax}
          searchable
          value={null}
          nothingFoundMessage={t('addNone')}
          onChange={(name) => {
            if (name !== null) add(name)
          }}
        />
      )}
      <MappingTable {...props} openTarget={open} onOpen={show} />
      <UnusedColumns {...props} free={free} onAdd={add} />
      <MappingPanel {...props} key={open} mapping={mapping} onClose={() => show(undefined)} />
    </>
  )
}

type TableProps = PartProps & { readonly openTarget: string | undefined; onOpen(target: string): void }

function MappingTable(props: TableProps) {
  const { rules, samples } = props
  const { t } = useTranslation('sourceRules')
  const [sample] = samples
  const isNamed = rules.mappings.some(({ target }) => target === 'userName') || rules.userName !== undefined
  return (
    <div className={styles.frame}>
      <table className={styles.table} aria-label={t('part.attributes')}>
        <thead>
          <tr>
            <th scope="col">{t('head.target')}</th>
            <th scope="col">{t('head.rule')}</th>
            <th scope="col">
              {sample === undefined ? t('head.result') : t('head.resultFor', { name: sample.name ?? sample.id })}
            </th>
            <th scope="col">{t('head.apply')}</th>
          </tr>
        </thead>
        <tbody>
          {!isNamed && (
            <tr>
              <th scope="row">
                <code>{'userName'}</code>
              </th>
              <td colSpan={3}>
                <StateChip tone="bad">{t('missing')}</StateChip>
              </td>
            </tr>
          )}
          {rules.mappings.map((mapping, index) => (
            <Row key={mapping.target} {...props} mapping={mapping} index={index} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Row(props: TableProps & { readonly mapping: Mapping; readonly index: number }) {
  const { mapping, index, rules, targets, samples, findings, openTarget, onOpen } = props
  const { t } = useTranslation(['sourceRules', 'rules'])
  const { target, kind, apply } = mapping
  const [sample] = samples
  const own = findings.filter(({ field }) => field.startsWith(`mappings[${index}]`))
  const outcome =
    sample &&
    tryRule(mapping, {
      sample,
      target: targets.find(({ name }) => name === target),
      surroundings: { tables: rules.tables },
    })
  return (
    <tr data-open={openTarget === target || undefined}>
      <th scope="row">
        <button type="button" className={styles.open} onClick={() => onOpen(target)} aria-label={target}>
          <code>{target}</code>
        </button>
      </th>
      <td>
        <span className={styles.kind}>{t(`rules:mappingKind.${kind}`)}</span>
        <code>{printRule(mapping)}</code>
        {own.map((finding) => (
          <FindingText key={finding.rule + finding.message} finding={finding} />
        ))}
      </td>
      <td>{outcome !== undefined && <RuleOutcome outcome={outcome} />}</td>
      <td className={styles.quiet}>{t(`rules:apply.${apply}`)}</td>
    </tr>
  )
}

type UnusedProps = PartProps & { readonly free: readonly string[]; onAdd(target: string, column: string): void }

/** Columns that no rule reads: each can be given to an attribute. */
function UnusedColumns({ rules, columns, samples, free, isReadOnly, onAdd }: UnusedProps) {
  const { t } = useTranslation('sourceRules')
  const used = useMemo(() => listUsed(rules), [rules])
  const unused = columns.filter(({ name }) => !used.has(name))
  if (unused.length === 0) return null
  return (
    <details className={styles.unused}>
      <summary>{t('unused', { count: unused.length })}</summary>
      <ul>
        {unused.map(({ name }) => (
          <li key={name}>
            <code>{name}</code>
            <span className={styles.quiet}>{printValue(samples[0]?.values[name])}</span>
            {!isReadOnly && (
              <Select
                aria-label={t('mapNamed', { name })}
                placeholder={t('map')}
                data={[...free]}
                limit={shownMax}
                searchable
                value={null}
                onChange={(target) => {
                  if (target !== null) onAdd(target, name)
                }}
              />
            )}
          </li>
        ))}
      </ul>
    </details>
  )
}

function listUsed({ anchor, mappings, lifecycle, userName, correlation, scope, teams }: Rules): ReadonlySet<string> {
  const texts = [...mappings.map(({ expression }) => expression), lifecycle.active, ...(userName?.candidates ?? [])]
  const { activeFrom, activeUntil, timeZone, effectiveDate } = lifecycle
  const names = [
    anchor,
    activeFrom,
    activeUntil,
    timeZone,
    effectiveDate,
    teams?.column,
    ...mappings.map(({ source }) => source),
    ...correlation.flat().map(({ source }) => source),
    ...(scope.groups ?? []).flat().map(({ attribute }) => attribute),
    ...texts.flatMap((text) => (text === undefined ? [] : listRead(text))),
  ]
  return new Set(names.filter((name) => name !== undefined))
}
