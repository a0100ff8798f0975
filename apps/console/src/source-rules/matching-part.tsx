import { ActionIcon, Autocomplete, Button, Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { ExpressionField } from '../ui/expression-field.tsx'
import { FormSection } from '../ui/form.tsx'
import { icons } from '../ui/icons.tsx'
import type { PartProps } from './rules-editor.tsx'
import type { Rules } from './rules.ts'
import styles from './source-rules.module.css'

const unmatched = ['create', 'report'] as const
const matched = ['link', 'ask', 'askPartial'] as const
const partsMax = 4
const rulesMax = 10
const candidatesMax = 20
const shownSamples = 3

/** Who a record is: by which attributes people are found, what becomes of those who are and are not, and how the new are called. */
export function MatchingPart(props: PartProps) {
  const { rules, isReadOnly, onChange } = props
  const { t } = useTranslation('sourceRules')
  const field = { allowDeselect: false, disabled: isReadOnly } as const
  return (
    <>
      <FormSection title={t('matching.title')} lead={t('matching.lead')}>
        <Correlation {...props} />
        <Select
          {...field}
          label={t('matching.onMatched')}
          data={matched.map((value) => ({ value, label: t(`matching.matched.${value}`) }))}
          value={rules.onMatched}
          onChange={(value) => onChange({ ...rules, onMatched: matched.find((each) => each === value) ?? 'link' })}
        />
        <Select
          {...field}
          label={t('matching.onUnmatched')}
          data={unmatched.map((value) => ({ value, label: t(`matching.unmatched.${value}`) }))}
          value={rules.onUnmatched}
          onChange={(value) =>
            onChange({ ...rules, onUnmatched: unmatched.find((each) => each === value) ?? 'create' })
          }
        />
      </FormSection>
      <FormSection title={t('names.title')} lead={t('names.lead')}>
        <Candidates {...props} />
      </FormSection>
    </>
  )
}

type Correlation = Rules['correlation'][number]

function Correlation({ rules, columns, targets, isReadOnly, onChange }: PartProps) {
  const { t } = useTranslation('sourceRules')
  const set = (correlation: Rules['correlation']): void => onChange({ ...rules, correlation })
  return (
    <>
      {rules.correlation.length === 0 && <p className={styles.quiet}>{t('matching.none')}</p>}
      {rules.correlation.map((rule, place) => (
        <div key={place} className={styles.card} role="group" aria-label={t('matching.rule', { number: place + 1 })}>
          <strong>{t('matching.rule', { number: place + 1 })}</strong>
          {rule.map((part, index) => (
            <MatchRow
              key={index}
              part={part}
              columns={columns.map(({ name }) => name)}
              targets={targets.map(({ name }) => name)}
              isReadOnly={isReadOnly}
              onChange={(next) => set(rules.correlation.with(place, rule.with(index, next)))}
              onRemove={() =>
                set(
                  rule.length === 1
                    ? rules.correlation.toSpliced(place, 1)
                    : rules.correlation.with(place, rule.toSpliced(index, 1)),
                )
              }
            />
          ))}
          {!isReadOnly && rule.length < partsMax && (
            <Button
              size="xs"
              variant="subtle"
              onClick={() => set(rules.correlation.with(place, [...rule, { target: '' }]))}
            >
              {t('matching.and')}
            </Button>
          )}
        </div>
      ))}
      {!isReadOnly && rules.correlation.length < rulesMax && (
        <div>
          <Button
            size="xs"
            leftSection={<icons.plus size={14} />}
            onClick={() => set([...rules.correlation, [{ target: 'userName' }]])}
          >
            {t('matching.add')}
          </Button>
        </div>
      )}
    </>
  )
}

type MatchRowProps = {
  readonly part: Correlation[number]
  readonly columns: readonly string[]
  readonly targets: readonly string[]
  readonly isReadOnly: boolean
  onChange(part: Correlation[number]): void
  onRemove(): void
}

/** Attribute = column; without a column it is what the mapping of the attribute gives. */
function MatchRow({ part, columns, targets, isReadOnly, onChange, onRemove }: MatchRowProps) {
  const { t } = useTranslation('sourceRules')
  const { target, source, expression } = part
  return (
    <div className={styles.match}>
      <Autocomplete
        aria-label={t('matching.target')}
        placeholder={t('matching.target')}
        data={[...targets]}
        limit={40}
        spellCheck={false}
        disabled={isReadOnly}
        value={target}
        onChange={(name) => onChange({ ...part, target: name })}
      />
      <span className={styles.quiet}>{'='}</span>
      {expression === undefined ? (
        <Select
          aria-label={t('matching.column')}
          placeholder={t('matching.asMapped')}
          data={source === undefined || columns.includes(source) ? [...columns] : [source, ...columns]}
          searchable
          clearable
          disabled={isReadOnly}
          value={source ?? null}
          onChange={(name) => onChange(name === null ? { target } : { target, source: name })}
        />
      ) : (
        <code>{expression}</code>
      )}
      {!isReadOnly && (
        <ActionIcon aria-label={t('matching.remove')} onClick={onRemove}>
          <icons.close size={14} />
        </ActionIcon>
      )}
    </div>
  )
}

/** Expressions in order: the first name that nobody has. */
function Candidates({ rules, columns, samples, isReadOnly, onChange }: PartProps) {
  const { t } = useTranslation('sourceRules')
  const candidates = rules.userName?.candidates ?? []
  const set = (next: readonly string[]): void => {
    const { userName: _, ...rest } = rules
    onChange(next.length === 0 ? rest : { ...rules, userName: { candidates: [...next] } })
  }
  return (
    <>
      {candidates.length === 0 && <p className={styles.quiet}>{t('names.none')}</p>}
      {candidates.map((text, index) => (
        <div key={index} className={styles.card}>
          <ExpressionField
            label={t('names.candidate', { number: index + 1 })}
            value={text}
            onChange={(next) => set(candidates.with(index, next))}
            source={columns}
            apply="onCreate"
            samples={samples.slice(0, shownSamples)}
            surroundings={{ tables: rules.tables }}
            isReadOnly={isReadOnly}
          />
          {!isReadOnly && (
            <Button size="xs" variant="subtle" onClick={() => set(candidates.toSpliced(index, 1))}>
              {t('names.remove')}
            </Button>
          )}
        </div>
      ))}
      {!isReadOnly && candidates.length < candidatesMax && (
        <div>
          <Button size="xs" leftSection={<icons.plus size={14} />} onClick={() => set([...candidates, ''])}>
            {t('names.add')}
          </Button>
        </div>
      )}
    </>
  )
}
