import { Button, Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { RuleFields } from '../ui/rule-fields.tsx'
import type { Rule, Sample, Surroundings } from '../ui/expressions/try-rule.ts'
import { icons } from '../ui/icons.tsx'
import { SidePanel } from '../ui/side-panel.tsx'
import {
  isMatchedTogether,
  matchOf,
  removeMapping,
  setMapping,
  setMatch,
  type Mapping,
  type ObjectRules,
  type TargetAttribute,
} from './rules.ts'
import styles from './rules.module.css'

const kinds = ['direct', 'constant', 'expression', 'reference', 'none'] as const
const applies = ['always', 'onCreate', 'ifEmpty'] as const
const nulls = ['clear', 'keep'] as const
const failures = ['fail', 'skip'] as const
const missing = ['omit', 'clear', 'text'] as const

type MappingPanelProps = {
  readonly mapping: Mapping | undefined
  readonly rules: ObjectRules
  readonly source: readonly TargetAttribute[]
  readonly target: TargetAttribute | undefined
  readonly samples: readonly Sample[]
  readonly surroundings: Surroundings
  readonly isReadOnly: boolean
  onChange(rules: ObjectRules): void
  onClose(): void
}

/** One rule. What is written here is part of the draft at once. */
export function MappingPanel(props: MappingPanelProps) {
  const { mapping, onClose } = props
  return (
    <SidePanel title={<code>{mapping?.target}</code>} isOpen={mapping !== undefined} onClose={onClose}>
      {mapping !== undefined && <MappingFields {...props} mapping={mapping} />}
    </SidePanel>
  )
}

function MappingFields(props: MappingPanelProps & { readonly mapping: Mapping }) {
  const { mapping, rules, target, isReadOnly, onChange, onClose } = props
  const { t } = useTranslation('rules')
  const { t: tc } = useTranslation()
  const change = (part: Partial<Mapping>): void => onChange(setMapping(rules, { ...mapping, ...part }))
  return (
    <div className={styles.panel}>
      {target !== undefined && (
        <p className={styles.quiet}>{t('takes', { type: target.isMultiValued ? `${target.type}[]` : target.type })}</p>
      )}
      <RuleFields
        rule={mapping}
        kinds={kinds}
        onChange={(rule) => onChange(setMapping(rules, toMapping(mapping, rule)))}
        source={props.source}
        target={target}
        apply={mapping.apply === 'always' ? 'always' : 'onCreate'}
        samples={props.samples}
        surroundings={props.surroundings}
        isReadOnly={isReadOnly}
      />
      <MappingPolicies mapping={mapping} isReadOnly={isReadOnly} onChange={change} />
      <MatchField {...props} />
      <div className={styles.panelFoot}>
        {!isReadOnly && (
          <Button
            data-danger
            leftSection={<icons.remove size={14} />}
            onClick={() => {
              onClose()
              onChange(removeMapping(rules, mapping.target))
            }}
          >
            {t('remove')}
          </Button>
        )}
        <Button variant="filled" onClick={onClose}>
          {tc('done')}
        </Button>
      </div>
    </div>
  )
}

type PoliciesProps = {
  readonly mapping: Mapping
  readonly isReadOnly: boolean
  onChange(part: Partial<Mapping>): void
}

/** When it is written, and what becomes of what cannot be. */
function MappingPolicies({ mapping, isReadOnly, onChange: change }: PoliciesProps) {
  const { t } = useTranslation('rules')
  return (
    <>
      <Select
        label={t('column.apply')}
        data={applies.map((value) => ({ value, label: t(`apply.${value}`) }))}
        value={mapping.apply}
        allowDeselect={false}
        disabled={isReadOnly}
        onChange={(value) => change({ apply: applies.find((each) => each === value) ?? 'always' })}
      />
      <Select
        label={t('onNull')}
        data={nulls.map((value) => ({ value, label: t(`onNullName.${value}`) }))}
        value={mapping.onNull}
        allowDeselect={false}
        disabled={isReadOnly}
        onChange={(value) => change({ onNull: nulls.find((each) => each === value) ?? 'clear' })}
      />
      <Select
        label={t('onError')}
        data={failures.map((value) => ({ value, label: t(`onErrorName.${value}`) }))}
        value={mapping.onError}
        allowDeselect={false}
        disabled={isReadOnly}
        onChange={(value) => change({ onError: failures.find((each) => each === value) ?? 'fail' })}
      />
      {mapping.kind === 'reference' && (
        <Select
          label={t('onMissing')}
          data={missing.map((value) => ({ value, label: t(`onMissingName.${value}`) }))}
          value={mapping.onMissing}
          allowDeselect={false}
          disabled={isReadOnly}
          onChange={(value) => change({ onMissing: missing.find((each) => each === value) ?? 'omit' })}
        />
      )}
    </>
  )
}

function MatchField({ mapping, rules, isReadOnly, onChange }: MappingPanelProps & { readonly mapping: Mapping }) {
  const { t } = useTranslation('rules')
  const place = matchOf(rules, mapping.target)
  const places = rules.matching.length + (place === 0 ? 1 : 0)
  if (mapping.kind === 'reference' || mapping.kind === 'none') return null
  const isTogether = isMatchedTogether(rules, mapping.target)
  return (
    <Select
      label={t('match')}
      description={isTogether ? t('matchTogether') : t('matchText')}
      data={[
        { value: '0', label: t('matchNone') },
        ...Array.from({ length: places }, (_, index) => ({
          value: String(index + 1),
          label: t('matchPlace', { place: index + 1 }),
        })),
      ]}
      value={String(place)}
      allowDeselect={false}
      disabled={isReadOnly || isTogether}
      onChange={(value) => onChange(setMatch(rules, mapping.target, Number(value)))}
    />
  )
}

/** What the kind does not need is left out of the document. */
function toMapping(before: Mapping, rule: Rule): Mapping {
  const { target, apply, onNull, onError, onMissing } = before
  const given = Object.entries(rule).filter(([, value]) => value !== undefined)
  // `Rule` is the part of a mapping that is written here.
  return { ...(Object.fromEntries(given) as Pick<Mapping, 'kind'>), target, apply, onNull, onError, onMissing }
}
