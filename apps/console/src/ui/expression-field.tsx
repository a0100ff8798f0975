import { Button, Menu } from '@mantine/core'
import type { Schema, SchemaAttribute } from '@rollcall/expressions'
import { lazy, Suspense, useDeferredValue, useId, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { icons } from './icons.tsx'
import { examples } from './expressions/examples.ts'
import styles from './expressions/expressions.module.css'
import { inspectExpression, type Problem } from './expressions/inspect-expression.ts'
import { RuleOutcome } from './rule-outcome.tsx'
import { useSettled } from './use-settled.ts'
import { tryRule, type Sample, type Surroundings } from './expressions/try-rule.ts'

const ExpressionEditor = lazy(async () => ({
  default: (await import('./expressions/expression-editor.tsx')).ExpressionEditor,
}))

const resultDelayMs = 150
const noSamples: readonly Sample[] = []
const noSchema: Schema = []

type ExpressionFieldProps = {
  readonly label: string
  readonly value: string
  onChange(value: string): void
  /** What can be read; completed and checked. */
  readonly source?: Schema
  /** Where the value goes: its type is checked. */
  readonly target?: SchemaAttribute | undefined
  readonly apply?: 'always' | 'onCreate'
  /** On whom it is tried while it is written. */
  readonly samples?: readonly Sample[]
  readonly surroundings?: Surroundings
  readonly isReadOnly?: boolean
}

/** An expression with completion, problems at their place, and what it yields for each sample. Esc leaves it, Tab goes on. */
export function ExpressionField(props: ExpressionFieldProps) {
  const { label, value, onChange, source = noSchema, samples = noSamples, isReadOnly = false } = props
  const { target, apply = 'always' } = props
  const { t } = useTranslation('expressions')
  const id = useId()
  const inspects = useMemo(() => ({ source, target, apply }), [source, target, apply])
  const completes = useMemo(() => ({ source, samples }), [source, samples])
  const problems = useMemo(() => inspectExpression(value, inspects), [value, inspects])
  return (
    <div className={styles.field} role="group" aria-label={label}>
      <div className={styles.head}>
        <span className={styles.label}>{label}</span>
        {!isReadOnly && <Examples onPick={onChange} />}
      </div>
      <Suspense fallback={<pre className={styles.plain}>{value}</pre>}>
        <ExpressionEditor
          value={value}
          label={label}
          describedBy={id}
          placeholder={t('placeholder')}
          isReadOnly={isReadOnly}
          inspects={inspects}
          completes={completes}
          onChange={onChange}
          onLeave={() => undefined}
        />
      </Suspense>
      <p id={id} className={styles.hint}>
        {t('keys')}
      </p>
      <Problems problems={problems} value={value} {...(!isReadOnly && { onChange })} />
      {samples.length > 0 && <Results {...props} samples={samples} />}
    </div>
  )
}

function Examples({ onPick }: { onPick(text: string): void }) {
  const { t } = useTranslation('expressions')
  return (
    <Menu>
      <Menu.Target>
        <Button size="xs" variant="subtle" rightSection={<icons.down size={14} />}>
          {t('insertExample')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown className={styles.examples}>
        {examples.map(({ name, text }) => (
          <Menu.Item key={name} onClick={() => onPick(text)}>
            <span className={styles.exampleName}>{t(`example.${name}`)}</span>
            <code className={styles.exampleText}>{text}</code>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

type ProblemsProps = { readonly problems: readonly Problem[]; readonly value: string; onChange?(value: string): void }

function Problems({ problems, value, onChange }: ProblemsProps) {
  const { t } = useTranslation('expressions')
  return (
    <ul className={styles.problems} aria-live="polite">
      {problems.map(({ from, to, severity, message, replacement }) => (
        <li key={`${from} ${message}`} className={styles.problem} data-severity={severity}>
          {severity === 'error' ? <icons.error size={14} /> : <icons.warning size={14} />}
          <span>{t(`problem.${severity}`, { column: from + 1, message })}</span>
          {replacement !== undefined && onChange !== undefined && (
            <Button size="compact-xs" onClick={() => onChange(value.slice(0, from) + replacement + value.slice(to))}>
              {t('use', { replacement })}
            </Button>
          )}
        </li>
      ))}
    </ul>
  )
}

function Results(props: ExpressionFieldProps & { readonly samples: readonly Sample[] }) {
  const { samples, target, surroundings = {} } = props
  const { t } = useTranslation('expressions')
  const expression = useDeferredValue(useSettled(props.value, resultDelayMs))
  if (expression.trim() === '') return null
  return (
    <dl className={styles.results} aria-label={t('results')}>
      {samples.map((sample) => (
        <div key={sample.id} className={styles.result}>
          <dt>{sample.name ?? sample.id}</dt>
          <dd>
            <RuleOutcome outcome={tryRule({ kind: 'expression', expression }, { sample, target, surroundings })} />
          </dd>
        </div>
      ))}
    </dl>
  )
}
