import { NumberInput, Select, Textarea, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { listFields, type Kind, type PlaceField, type Written } from './place-fields.ts'
import styles from './setup.module.css'

type PlaceInputsProps = {
  readonly kind: Kind
  readonly written: Written
  readonly errors: Readonly<Record<string, string>>
  readonly isReadOnly?: boolean
  onWrite(name: string, value: string): void
}

/** The fields of one kind of place; what few need is folded away. */
export function PlaceInputs(props: PlaceInputsProps) {
  const { kind, written, errors } = props
  const { t } = useTranslation('sourceSetup')
  const fields = listFields(kind, written)
  const extra = fields.filter(({ isExtra }) => isExtra === true)
  const hasError = extra.some(({ name }) => errorOf(errors, name) !== undefined)
  return (
    <>
      {fields
        .filter(({ isExtra }) => isExtra !== true)
        .map((field) => (
          <PlaceInput key={field.name} field={field} {...props} />
        ))}
      {extra.length > 0 && (
        <details className={styles.extra} open={hasError || undefined}>
          <summary>{t('more')}</summary>
          <div className={styles.fields}>
            {extra.map((field) => (
              <PlaceInput key={field.name} field={field} {...props} />
            ))}
          </div>
        </details>
      )}
    </>
  )
}

/** Of a list the server names the entry. */
function errorOf(errors: PlaceInputsProps['errors'], name: string): string | undefined {
  const place = `place.${name}`
  return errors[place] ?? Object.entries(errors).find(([field]) => field.startsWith(`${place}.`))?.[1]
}

function PlaceInput({ field, written, errors, isReadOnly = false, onWrite }: PlaceInputsProps & { field: PlaceField }) {
  const { t } = useTranslation('sourceSetup')
  const { name, word, input, options = [], example, isRequired = false } = field
  const help = t(`help.${word}`, { defaultValue: '' })
  const common = {
    label: t(`field.${word}`),
    description: help === '' ? undefined : help,
    error: errorOf(errors, name),
    disabled: isReadOnly,
    withAsterisk: isRequired,
  }
  const value = written[name] ?? ''
  if (input === 'select')
    return (
      <Select
        {...common}
        allowDeselect={false}
        data={options.map((option) => ({ value: option, label: t(`option.${word}.${toWord(option)}`) }))}
        value={value}
        onChange={(chosen) => onWrite(name, chosen ?? '')}
      />
    )
  if (input === 'number')
    return (
      <NumberInput
        {...common}
        allowDecimal={false}
        min={1}
        value={value}
        onChange={(number) => onWrite(name, String(number))}
      />
    )
  const text = {
    ...common,
    placeholder: example,
    value,
    spellCheck: false,
    autoComplete: 'off',
    onChange: (event: { readonly currentTarget: { readonly value: string } }) =>
      onWrite(name, event.currentTarget.value),
  }
  if (input === 'text') return <TextInput {...text} />
  return (
    <Textarea
      {...text}
      autosize
      minRows={input === 'lines' ? 2 : 3}
      maxRows={12}
      classNames={{ input: styles.mono ?? '' }}
    />
  )
}

const words: Readonly<Record<string, string>> = { '': 'none', ',': 'comma', ';': 'semicolon', '\t': 'tab', '|': 'bar' }

/** Keys of catalogues are words. */
function toWord(option: string): string {
  return words[option] ?? option.replaceAll(/[-_]/g, '')
}
