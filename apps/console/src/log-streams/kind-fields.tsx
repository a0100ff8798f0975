import { Switch, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { streamKinds, type StreamKind, type Written } from './stream-kinds.ts'

type KindFieldsProps = {
  readonly kind: StreamKind
  readonly written: Written
  readonly isReadOnly?: boolean
  onChange(written: Written): void
}

/** The fields of a kind of place, named as that place names them. */
export function KindFields({ kind, written, isReadOnly = false, onChange }: KindFieldsProps) {
  const { t } = useTranslation('logStreams')
  return (
    <>
      {streamKinds[kind].map(({ name, type, isNeeded = false, example }) => {
        const value = written[name]
        const set = (next: string | boolean): void => onChange({ ...written, [name]: next })
        if (type === 'switch')
          return (
            <Switch
              key={name}
              label={t(`setting.${kind}.${name}`)}
              checked={value === true}
              disabled={isReadOnly}
              onChange={(event) => set(event.currentTarget.checked)}
            />
          )
        return (
          <TextInput
            key={name}
            type={type === 'url' ? 'url' : 'text'}
            inputMode={type === 'number' ? 'numeric' : type === 'url' ? 'url' : 'text'}
            label={t(`setting.${kind}.${name}`)}
            required={isNeeded}
            placeholder={example}
            spellCheck={false}
            disabled={isReadOnly}
            value={typeof value === 'string' ? value : ''}
            onChange={(event) => set(event.currentTarget.value)}
          />
        )
      })}
    </>
  )
}
