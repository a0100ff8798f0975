import { TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { secretOf, type StreamKind } from './stream-kinds.ts'

type SecretFieldProps = {
  readonly kind: StreamKind
  readonly secret: string
  /** There is one already, which is never shown: an empty field keeps it. */
  readonly isKept?: boolean
  readonly isReadOnly?: boolean
  onChange(secret: string): void
}

/** What opens the place, by the name that it has there. */
export function SecretField({ kind, secret, isKept = false, isReadOnly = false, onChange }: SecretFieldProps) {
  const { t } = useTranslation('logStreams')
  if (secretOf[kind] === 'none') return null
  return (
    <TextInput
      type="password"
      label={t(`secret.${kind}`)}
      description={isKept ? t('secret.kept') : t('secret.help')}
      required={secretOf[kind] === 'needed' && !isKept}
      autoComplete="new-password"
      disabled={isReadOnly}
      value={secret}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}
