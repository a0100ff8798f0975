import { TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import type { RouteBody } from '@rollcall/admin-api'
import { useTranslation } from 'react-i18next'
import { useChange, useOrganizationSlug } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { DeleteSection } from '../ui/delete-section.tsx'
import { Form, FormSection, useDraft } from '../ui/form.tsx'
import { showToast } from '../ui/toast.ts'
import { AuthorizationField } from './authorization-field.tsx'
import { EffectFields } from './effect-fields.tsx'
import type { Effects } from './effects.ts'
import type { Transmitter } from './states.tsx'

type Draft = {
  readonly name: string
  readonly issuer: string
  readonly jwksUrl: string
  readonly pollUrl: string
  readonly authorization: string
  readonly effects: Effects
}

/** Who it is, what its signals may do; and its end. */
export function TransmitterSettings({ transmitter }: { readonly transmitter: Transmitter }) {
  const can = useCan()
  const isReadOnly = !can('signals:manage')
  return (
    <>
      <Fields transmitter={transmitter} isReadOnly={isReadOnly} />
      {!isReadOnly && <DeleteTransmitter transmitter={transmitter} />}
    </>
  )
}

function Fields({ transmitter, isReadOnly }: { readonly transmitter: Transmitter; readonly isReadOnly: boolean }) {
  const { t } = useTranslation('securityEvents')
  const { name, issuer, jwksUrl, pollUrl, onAccountDisabled, onAccountEnabled, onSessionRevoked } = transmitter
  const update = useChange('updateTransmitter', { stale: ['getTransmitter', 'listTransmitters'] })
  const draft = useDraft<Draft>({
    name,
    issuer,
    jwksUrl: jwksUrl ?? '',
    pollUrl: pollUrl ?? '',
    authorization: '',
    effects: { onAccountDisabled, onAccountEnabled, onSessionRevoked },
  })
  const { values } = draft
  const save = (): void =>
    update.mutate(
      { params: { transmitter: transmitter.id }, body: toBody(draft), ifMatch: `"${transmitter.version}"` },
      {
        onSuccess: () => {
          draft.discard()
          showToast({ tone: 'good', text: t('settings.saved') })
        },
      },
    )
  return (
    <Form draft={draft} isPending={update.isPending} error={update.error} onSave={save}>
      <FormSection title={t('settings.who')} lead={t('settings.whoText')}>
        <TextInput
          label={t('column.name')}
          value={values.name}
          disabled={isReadOnly}
          onChange={(event) => draft.set('name', event.currentTarget.value)}
        />
        <TextInput
          label={t('fact.issuer')}
          value={values.issuer}
          spellCheck={false}
          disabled={isReadOnly}
          onChange={(event) => draft.set('issuer', event.currentTarget.value)}
        />
        <TextInput
          type="url"
          label={t('field.jwksUrl')}
          description={t('field.jwksUrlHelp')}
          value={values.jwksUrl}
          disabled={isReadOnly}
          onChange={(event) => draft.set('jwksUrl', event.currentTarget.value)}
        />
        {transmitter.method === 'poll' && (
          <PollFields transmitter={transmitter} draft={draft} isReadOnly={isReadOnly} />
        )}
      </FormSection>
      <FormSection title={t('settings.effects')} lead={t('settings.effectsText')}>
        <EffectFields
          chosen={values.effects}
          isReadOnly={isReadOnly}
          onChange={(effects) => draft.set('effects', effects)}
        />
      </FormSection>
    </Form>
  )
}

type PollFieldsProps = {
  readonly transmitter: Transmitter
  readonly draft: ReturnType<typeof useDraft<Draft>>
  readonly isReadOnly: boolean
}

function PollFields({ transmitter, draft, isReadOnly }: PollFieldsProps) {
  const { t } = useTranslation('securityEvents')
  return (
    <>
      <TextInput
        type="url"
        label={t('field.pollUrl')}
        value={draft.values.pollUrl}
        disabled={isReadOnly}
        onChange={(event) => draft.set('pollUrl', event.currentTarget.value)}
      />
      <AuthorizationField
        value={draft.values.authorization}
        isKept={transmitter.hasAuthorizationHeader}
        isReadOnly={isReadOnly}
        onChange={(value) => draft.set('authorization', value)}
      />
    </>
  )
}

/** Only what was changed: a header that is left alone stays. */
function toBody({ values, changed }: ReturnType<typeof useDraft<Draft>>): RouteBody<'updateTransmitter'> {
  const has = new Set<string>(changed)
  const orNull = (text: string): string | null => (text.trim() === '' ? null : text.trim())
  return {
    ...(has.has('name') && { name: values.name.trim() }),
    ...(has.has('issuer') && { issuer: values.issuer.trim() }),
    ...(has.has('jwksUrl') && { jwksUrl: orNull(values.jwksUrl) }),
    ...(has.has('pollUrl') && { pollUrl: orNull(values.pollUrl) }),
    ...(has.has('authorization') && { authorizationHeader: values.authorization }),
    ...(has.has('effects') && values.effects),
  }
}

function DeleteTransmitter({ transmitter }: { readonly transmitter: Transmitter }) {
  const { t } = useTranslation('securityEvents')
  const organization = useOrganizationSlug()
  const navigate = useNavigate()
  const remove = useChange('deleteTransmitter', { stale: ['listTransmitters'] })
  const { name } = transmitter
  const end = (): void =>
    remove.mutate(
      { params: { transmitter: transmitter.id } },
      {
        onSuccess: () => {
          showToast({ tone: 'good', text: t('remove.done', { name }) })
          void navigate({ to: '/$organization/transmitters', params: { organization } })
        },
      },
    )
  return (
    <DeleteSection
      title={t('remove.title')}
      lead={t('remove.transmitterText')}
      action={t('remove.transmitter')}
      ask={t('remove.ask', { name })}
      name={name}
      change={remove}
      onDelete={end}
    >
      {t('remove.transmitterText')}
    </DeleteSection>
  )
}
