import { ActionIcon, Button, Select, Switch, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldErrorsOf } from '../api/problem.ts'
import { useChange, useOrganizationSlug } from '../api/queries.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import { icons } from '../ui/icons.tsx'
import { showToast } from '../ui/toast.ts'
import styles from './attributes.module.css'

const types = ['string', 'boolean', 'integer', 'decimal', 'dateTime'] as const
type Written = { readonly name: string; readonly type: (typeof types)[number]; readonly multiValued: boolean }
const first: Written = { name: '', type: 'string', multiValued: false }

/** Attributes of the organization's own, as an extension of people. They stay for good. */
export function NewSchemaDialog({ isOpen, onClose }: { readonly isOpen: boolean; onClose(): void }) {
  const { t } = useTranslation('attributes')
  const organization = useOrganizationSlug()
  const [name, setName] = useState('')
  const [urn, setUrn] = useState(`urn:${organization}:scim:schemas:extension:custom:2.0:User`)
  const [attributes, write] = useState<readonly Written[]>([first])
  const register = useChange('registerSchema', { stale: ['getAttributes', 'getSchemas'] })
  const errors = fieldErrorsOf(register.error)
  const submit = (): void =>
    register.mutate(
      {
        body: {
          schema: { id: urn.trim(), name: name.trim(), attributes: attributes.map((each) => ({ ...each })) },
          use: { kind: 'extension', resourceType: 'User', required: false },
        },
      },
      {
        onSuccess: () => {
          showToast({ tone: 'good', text: t('schema.done', { name: name.trim() }) })
          setName('')
          write([first])
          onClose()
        },
      },
    )
  return (
    <FormDialog
      isOpen={isOpen}
      onClose={onClose}
      title={t('schema.title')}
      size="lg"
      action={t('schema.add')}
      isReady={name.trim() !== '' && urn.trim() !== '' && attributes.every((each) => each.name.trim() !== '')}
      change={register}
      onSubmit={submit}
    >
      <p>{t('schema.lead')}</p>
      <TextInput
        label={t('schema.name')}
        value={name}
        maxLength={100}
        error={errors['schema.name']}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TextInput
        label={t('schema.urn')}
        description={t('schema.urnHelp')}
        spellCheck={false}
        value={urn}
        error={errors['schema.id']}
        onChange={(event) => setUrn(event.currentTarget.value)}
      />
      {attributes.map((attribute, index) => (
        <AttributeRow
          key={index}
          attribute={attribute}
          error={errors[`schema.attributes.${index}.name`]}
          onChange={(next) => write(attributes.with(index, next))}
          {...(attributes.length > 1 && { onRemove: () => write(attributes.toSpliced(index, 1)) })}
        />
      ))}
      <div>
        <Button size="xs" leftSection={<icons.plus size={14} />} onClick={() => write([...attributes, first])}>
          {t('schema.another')}
        </Button>
      </div>
    </FormDialog>
  )
}

type AttributeRowProps = {
  readonly attribute: Written
  readonly error: string | undefined
  onChange(attribute: Written): void
  onRemove?(): void
}

function AttributeRow({ attribute, error, onChange, onRemove }: AttributeRowProps) {
  const { t } = useTranslation('attributes')
  return (
    <div className={styles.row}>
      <TextInput
        label={t('schema.attribute')}
        spellCheck={false}
        value={attribute.name}
        error={error}
        onChange={(event) => onChange({ ...attribute, name: event.currentTarget.value })}
      />
      <Select
        label={t('column.type')}
        allowDeselect={false}
        data={types.map((value) => ({ value, label: t(`type.${value}`) }))}
        value={attribute.type}
        onChange={(value) => onChange({ ...attribute, type: types.find((each) => each === value) ?? 'string' })}
      />
      <Switch
        label={t('schema.several')}
        checked={attribute.multiValued}
        onChange={(event) => onChange({ ...attribute, multiValued: event.currentTarget.checked })}
      />
      {onRemove !== undefined && (
        <ActionIcon aria-label={t('schema.remove')} onClick={onRemove}>
          <icons.close size={14} />
        </ActionIcon>
      )}
    </div>
  )
}
