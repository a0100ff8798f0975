import { Button, Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Rule } from '../ui/expressions/try-rule.ts'
import { icons } from '../ui/icons.tsx'
import { RuleFields } from '../ui/rule-fields.tsx'
import { SidePanel } from '../ui/side-panel.tsx'
import type { PartProps } from './rules-editor.tsx'
import { removeMapping, setMapping, type Mapping } from './rules.ts'
import styles from './source-rules.module.css'

const kinds = ['direct', 'expression', 'constant', 'reference'] as const
const applies = ['always', 'onCreate', 'ifEmpty'] as const
const nulls = ['keep', 'clear'] as const
const shownSamples = 5

type MappingPanelProps = PartProps & { readonly mapping: Mapping | undefined; onClose(): void }

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
  const { mapping, rules, columns, targets, samples, isReadOnly, onChange, onClose } = props
  const { t } = useTranslation('sourceRules')
  const { t: tc } = useTranslation()
  const change = (next: Mapping): void => onChange(setMapping(rules, next))
  return (
    <div className={styles.panel}>
      <RuleFields
        rule={mapping}
        kinds={kinds}
        onChange={(rule) => change(toMapping(mapping, rule))}
        source={columns}
        target={targets.find(({ name }) => name === mapping.target)}
        apply={mapping.apply === 'always' ? 'always' : 'onCreate'}
        samples={samples.slice(0, shownSamples)}
        surroundings={{ tables: rules.tables }}
        isReadOnly={isReadOnly}
      />
      <Policies {...props} mapping={mapping} onMapping={change} />
      <div className={styles.panelFoot}>
        {!isReadOnly && (
          <Button
            data-danger
            leftSection={<icons.remove size={14} />}
            disabled={rules.mappings.length === 1}
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

type PoliciesProps = PartProps & { readonly mapping: Mapping; onMapping(mapping: Mapping): void }

/** When it is written, what an empty value means, and by what another person is found. */
function Policies({ mapping, targets, isReadOnly, onMapping }: PoliciesProps) {
  const { t } = useTranslation(['sourceRules', 'rules'])
  return (
    <>
      <Select
        label={t('rules:column.apply')}
        data={applies.map((value) => ({ value, label: t(`rules:apply.${value}`) }))}
        value={mapping.apply}
        allowDeselect={false}
        disabled={isReadOnly}
        onChange={(value) => onMapping({ ...mapping, apply: applies.find((each) => each === value) ?? 'always' })}
      />
      <Select
        label={t('onNull')}
        description={t('onNullText')}
        data={nulls.map((value) => ({ value, label: t(`onNullName.${value}`) }))}
        value={mapping.onNull}
        allowDeselect={false}
        disabled={isReadOnly}
        onChange={(value) => onMapping({ ...mapping, onNull: nulls.find((each) => each === value) ?? 'keep' })}
      />
      {mapping.kind === 'reference' && (
        <Select
          label={t('matchOn')}
          placeholder={t('matchOnAnchor')}
          data={targets.map(({ name }) => name)}
          limit={40}
          searchable
          clearable
          value={mapping.matchOn ?? null}
          disabled={isReadOnly}
          onChange={(matchOn) => onMapping(withMatch(mapping, matchOn))}
        />
      )}
    </>
  )
}

function withMatch(mapping: Mapping, matchOn: string | null): Mapping {
  const { matchOn: _, ...rest } = mapping
  return matchOn === null ? rest : { ...rest, matchOn }
}

/** What the kind does not need is left out of the document. */
function toMapping({ target, apply, onNull, matchOn }: Mapping, rule: Rule): Mapping {
  const given = Object.entries(rule).filter(([name, value]) => value !== undefined && name !== 'matchOn')
  const kept = rule.kind === 'reference' && matchOn !== undefined ? { matchOn } : {}
  // `Rule` is the part of a mapping that is written here.
  return { ...(Object.fromEntries(given) as Pick<Mapping, 'kind'>), ...kept, target, apply, onNull }
}
