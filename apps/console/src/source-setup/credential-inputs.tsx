import { PasswordInput, Select, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import {
  listCredentialFields,
  listCredentialKinds,
  secretFields,
  type CredentialKind,
  type WrittenCredentials,
} from './credentials.ts'
import type { Kind } from './place-fields.ts'

const secretPlaces = ['header', 'body'] as const

type CredentialInputsProps = {
  readonly place: Kind
  readonly kind: CredentialKind
  readonly written: WrittenCredentials
  readonly errors: Readonly<Record<string, string>>
  onKind(kind: CredentialKind): void
  onWrite(written: WrittenCredentials): void
}

/** Who we are to a source: the kind, and what that kind consists of. */
export function CredentialInputs({ place, kind, written, errors, onKind, onWrite }: CredentialInputsProps) {
  const { t } = useTranslation('sourceSetup')
  const kinds = listCredentialKinds(place)
  return (
    <>
      {kinds.length > 1 && (
        <Select
          allowDeselect={false}
          label={t('credentials.kind')}
          data={kinds.map((value) => ({ value, label: t(`credentials.${value}`) }))}
          value={kind}
          onChange={(value) => onKind(kinds.find((each) => each === value) ?? kind)}
        />
      )}
      {listCredentialFields(kind).map((name) => {
        const Input = secretFields.has(name) ? PasswordInput : TextInput
        const word = place === 'ldap' && name === 'user' ? 'bindName' : name
        return (
          <Input
            key={name}
            label={t(`credential.${word}`)}
            autoComplete="off"
            spellCheck={false}
            value={written[name]}
            error={errors[`credentials.${name}`]}
            onChange={(event) => onWrite({ ...written, [name]: event.currentTarget.value })}
          />
        )
      })}
      {kind === 'oauth' && (
        <Select
          allowDeselect={false}
          label={t('credential.secretIn')}
          data={secretPlaces.map((value) => ({ value, label: t(`option.secretIn.${value}`) }))}
          value={written.secretIn}
          onChange={(value) => onWrite({ ...written, secretIn: value ?? 'header' })}
        />
      )}
    </>
  )
}
