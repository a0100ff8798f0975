import { TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'

// Of the protocol, in every language.
const example = 'Bearer …'

type AuthorizationFieldProps = {
  readonly value: string
  /** There is one already, which is never shown: an empty field keeps it. */
  readonly isKept?: boolean
  readonly isReadOnly?: boolean
  onChange(value: string): void
}

/** The whole header, scheme and all. */
export function AuthorizationField({ value, isKept = false, isReadOnly = false, onChange }: AuthorizationFieldProps) {
  const { t } = useTranslation('securityEvents')
  return (
    <TextInput
      type="password"
      label={t('field.authorization')}
      description={isKept ? t('field.authorizationKept') : t('field.authorizationHelp')}
      placeholder={example}
      autoComplete="new-password"
      disabled={isReadOnly}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}
