import { ActionIcon, Button, NumberInput, Select, Switch, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { fieldErrorsOf } from '../api/problem.ts'
import { useChange } from '../api/queries.ts'
import { Form, FormSection, useDraft, type Draft } from '../ui/form.tsx'
import { icons } from '../ui/icons.tsx'
import { showToast } from '../ui/toast.ts'
import type { Source } from '../sources/states.tsx'
import styles from './setup.module.css'

const kinds = ['http', 'file'] as const
const methods = ['PATCH', 'PUT', 'POST'] as const
type Pair = { readonly field: string; readonly attribute: string }

function toValues({ settings: { writeBack } }: Source) {
  const pairs: readonly Pair[] = Object.entries(writeBack?.fields ?? { email: 'emails[type eq "work"].value' }).map(
    ([field, attribute]) => ({ field, attribute }),
  )
  return {
    isOn: writeBack !== undefined,
    kind: writeBack?.kind ?? kinds[0],
    url: writeBack?.url ?? '',
    method: writeBack?.method ?? methods[0],
    delayMinutes: writeBack?.delayMinutes ?? 15,
    pairs,
  }
}

const exampleUrl = 'https://hr.example/api/v1/employees/{anchor}'

type Values = ReturnType<typeof toValues>
type WriteBackFormProps = { readonly source: Source; readonly isReadOnly: boolean }

/** What the source is told of its people, such as mail and user name, and how. */
export function WriteBackForm({ source, isReadOnly }: WriteBackFormProps) {
  const { t } = useTranslation('sourceSetup')
  const draft = useDraft<Values>(toValues(source))
  const { values, set } = draft
  const update = useChange('updateSource', { stale: ['getSource'] })
  const errors = fieldErrorsOf(update.error)
  const save = (): void => {
    const { writeBack: before, ...others } = source.settings
    const { isOn, kind, url, method, delayMinutes, pairs } = values
    const fields = Object.fromEntries(
      pairs
        .filter(({ field, attribute }) => field !== '' && attribute !== '')
        .map(({ field, attribute }) => [field, attribute]),
    )
    const writeBack = {
      requires: [...(before?.requires ?? [])],
      kind,
      fields,
      method,
      delayMinutes,
      ...(kind === 'http' && { url }),
    }
    const settings = isOn ? { ...others, writeBack } : others
    update.mutate(
      { params: { source: source.id }, body: { settings }, ifMatch: `"${source.version}"` },
      {
        onSuccess: () => {
          draft.discard()
          showToast({ tone: 'good', text: t('settings.saved') })
        },
      },
    )
  }
  return (
    <Form draft={draft} isPending={update.isPending} error={update.error} onSave={save} isTab>
      <FormSection title={t('writeBack.title')} lead={t('writeBack.lead')}>
        <Switch
          label={t('writeBack.on')}
          disabled={isReadOnly}
          checked={values.isOn}
          onChange={(event) => set('isOn', event.currentTarget.checked)}
        />
        {values.isOn && <WriteBackFields draft={draft} errors={errors} isReadOnly={isReadOnly} />}
      </FormSection>
    </Form>
  )
}

type FieldsProps = {
  readonly draft: Draft<Values>
  readonly errors: Readonly<Record<string, string>>
  readonly isReadOnly: boolean
}

function WriteBackFields({ draft: { values, set }, errors, isReadOnly }: FieldsProps) {
  const { t } = useTranslation('sourceSetup')
  const field = { disabled: isReadOnly } as const
  return (
    <>
      <Select
        {...field}
        allowDeselect={false}
        label={t('writeBack.kind')}
        data={kinds.map((value) => ({ value, label: t(`writeBack.kinds.${value}`) }))}
        value={values.kind}
        onChange={(value) => set('kind', kinds.find((each) => each === value) ?? 'http')}
      />
      {values.kind === 'http' && (
        <>
          <TextInput
            {...field}
            label={t('writeBack.url')}
            description={t('writeBack.urlHelp')}
            placeholder={exampleUrl}
            spellCheck={false}
            value={values.url}
            error={errors['settings.writeBack.url']}
            onChange={(event) => set('url', event.currentTarget.value)}
          />
          <Select
            {...field}
            allowDeselect={false}
            label={t('writeBack.method')}
            data={[...methods]}
            value={values.method}
            onChange={(value) => set('method', methods.find((each) => each === value) ?? 'PATCH')}
          />
        </>
      )}
      <Pairs pairs={values.pairs} isReadOnly={isReadOnly} onChange={(pairs) => set('pairs', pairs)} />
      <NumberInput
        {...field}
        label={t('writeBack.delay')}
        min={0}
        allowDecimal={false}
        value={values.delayMinutes}
        onChange={(value) => set('delayMinutes', Number(value))}
      />
    </>
  )
}

type PairsProps = {
  readonly pairs: readonly Pair[]
  readonly isReadOnly: boolean
  onChange(pairs: readonly Pair[]): void
}

/** A field of the source on the left, what it is told on the right. */
function Pairs({ pairs, isReadOnly, onChange }: PairsProps) {
  const { t } = useTranslation('sourceSetup')
  const write = (index: number, part: Partial<Pair>): void =>
    onChange(pairs.map((pair, at) => (at === index ? { ...pair, ...part } : pair)))
  return (
    <>
      {pairs.map(({ field, attribute }, index) => (
        <div key={index} className={styles.row}>
          <TextInput
            label={t('writeBack.field')}
            disabled={isReadOnly}
            spellCheck={false}
            value={field}
            onChange={(event) => write(index, { field: event.currentTarget.value })}
          />
          <TextInput
            label={t('writeBack.attribute')}
            disabled={isReadOnly}
            spellCheck={false}
            value={attribute}
            onChange={(event) => write(index, { attribute: event.currentTarget.value })}
          />
          <ActionIcon
            aria-label={t('writeBack.remove')}
            disabled={isReadOnly || pairs.length === 1}
            onClick={() => onChange(pairs.filter((_, at) => at !== index))}
          >
            <icons.close size={14} />
          </ActionIcon>
        </div>
      ))}
      {!isReadOnly && (
        <div>
          <Button
            size="xs"
            leftSection={<icons.plus size={14} />}
            onClick={() => onChange([...pairs, { field: '', attribute: '' }])}
          >
            {t('writeBack.add')}
          </Button>
        </div>
      )}
    </>
  )
}
