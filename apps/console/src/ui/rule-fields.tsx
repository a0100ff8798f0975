import { Autocomplete, Select, TextInput } from '@mantine/core'
import type { Schema, SchemaAttribute } from '@rollcall/expressions'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { ExpressionField } from './expression-field.tsx'
import styles from './expressions/expressions.module.css'
import type { Rule, Sample, Surroundings } from './expressions/try-rule.ts'

type RuleFieldsProps = {
  readonly rule: Rule
  /** Those that there are here: sources know no `none`. */
  readonly kinds: readonly Rule['kind'][]
  onChange(rule: Rule): void
  readonly source: Schema
  readonly target?: SchemaAttribute | undefined
  readonly apply?: 'always' | 'onCreate'
  readonly samples: readonly Sample[]
  readonly surroundings: Surroundings
  readonly isReadOnly: boolean
}

const shownMax = 40

/** How one attribute comes to its value: the kind, and what that kind needs. For rules of apps and of sources. */
export function RuleFields(props: RuleFieldsProps) {
  const { rule, kinds, onChange, isReadOnly } = props
  const { t } = useTranslation('expressions')
  return (
    <>
      <Select
        label={t('kind')}
        data={kinds.map((kind) => ({ value: kind, label: t(`kindName.${kind}`) }))}
        value={rule.kind}
        allowDeselect={false}
        disabled={isReadOnly}
        onChange={(chosen) => {
          const kind = kinds.find((each) => each === chosen)
          if (kind !== undefined && kind !== rule.kind) onChange(toKind(rule, kind))
        }}
      />
      <p className={styles.hint}>{t(`kindText.${rule.kind}`)}</p>
      <RuleValue {...props} />
      <TextInput
        label={t('default')}
        description={t('defaultText')}
        value={toText(rule.default)}
        readOnly={isReadOnly}
        onChange={(event) => onChange({ ...rule, default: toScalar(event.currentTarget.value, props.target) })}
      />
    </>
  )
}

function RuleValue({ rule, onChange, ...props }: RuleFieldsProps) {
  const { source, target, apply = 'always', samples, surroundings, isReadOnly } = props
  const { t } = useTranslation('expressions')
  const names = useMemo(() => [...new Set(source.map(({ name }) => name))], [source])
  if (rule.kind === 'none') return null
  if (rule.kind === 'constant')
    return (
      <TextInput
        label={t('kindName.constant')}
        value={toText(rule.value)}
        readOnly={isReadOnly}
        onChange={(event) => onChange({ ...rule, value: toScalar(event.currentTarget.value, target) ?? '' })}
      />
    )
  if (rule.kind === 'expression')
    return (
      <ExpressionField
        label={t('kindName.expression')}
        value={rule.expression ?? ''}
        onChange={(expression) => onChange({ ...rule, expression })}
        source={source}
        target={target}
        apply={apply}
        samples={samples}
        surroundings={surroundings}
        isReadOnly={isReadOnly}
      />
    )
  return (
    <Autocomplete
      label={t('source')}
      data={names}
      limit={shownMax}
      value={rule.source ?? ''}
      readOnly={isReadOnly}
      spellCheck={false}
      onChange={(name) => onChange({ ...rule, source: name })}
    />
  )
}

/** Of another kind, with what can be kept: an attribute becomes the expression that reads it. */
function toKind(rule: Rule, kind: Rule['kind']): Rule {
  const { source, value, expression, ...rest } = rule
  switch (kind) {
    case 'direct':
      return { ...rest, kind, source: source ?? '' }
    case 'reference':
      return { ...rest, kind, source: source ?? 'manager' }
    case 'constant':
      return { ...rest, kind, value: value ?? '' }
    case 'expression':
      return { ...rest, kind, expression: expression ?? (source === undefined ? '' : `[${source}]`) }
    case 'none':
      return { ...rest, kind }
    default:
      return kind satisfies never
  }
}

function toText(value: Rule['value']): string {
  return value === undefined ? '' : String(value)
}

/** What was written as the target takes it; nothing: undefined. */
function toScalar(text: string, target: SchemaAttribute | undefined): Rule['value'] {
  if (text === '') return undefined
  if (target?.type === 'boolean' && /^(?:true|false)$/i.test(text)) return text.toLowerCase() === 'true'
  const isNumeric = target?.type === 'integer' || target?.type === 'decimal'
  return isNumeric && /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : text
}
