import { TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import type { RouteBody } from '@rollcall/admin-api'
import { useTranslation } from 'react-i18next'
import { useChange, useOrganizationSlug } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { DeleteSection } from '../ui/delete-section.tsx'
import { Form, FormSection, useDraft } from '../ui/form.tsx'
import { showToast } from '../ui/toast.ts'
import { KindFields } from './kind-fields.tsx'
import { SecretField } from './secret-field.tsx'
import { toSettings, toWritten, type Written } from './stream-kinds.ts'
import type { LogStream } from './stream-state.tsx'
import { WhatFields, type What } from './what-fields.tsx'

type Draft = { readonly name: string; readonly place: Written; readonly what: What; readonly secret: string }

/** Where to and what; and its end. */
export function StreamSettings({ stream }: { readonly stream: LogStream }) {
  const can = useCan()
  const isReadOnly = !can('audit:manage')
  return (
    <>
      <Fields stream={stream} isReadOnly={isReadOnly} />
      {!isReadOnly && <DeleteStream stream={stream} />}
    </>
  )
}

function Fields({ stream, isReadOnly }: { readonly stream: LogStream; readonly isReadOnly: boolean }) {
  const { t } = useTranslation('logStreams')
  const { kind, name, settings, format, query } = stream
  const update = useChange('updateAuditStream', { stale: ['getAuditStream', 'listAuditStreams'] })
  const draft = useDraft<Draft>({ name, place: toWritten(kind, settings), what: { format, query }, secret: '' })
  const { values } = draft
  const save = (): void =>
    update.mutate(
      {
        params: { auditStream: stream.id },
        body: toBody(stream, draft),
        ifMatch: `"${stream.version}"`,
      },
      {
        onSuccess: () => {
          draft.discard()
          showToast({ tone: 'good', text: t('settings.saved') })
        },
      },
    )
  return (
    <Form draft={draft} isPending={update.isPending} error={update.error} onSave={save}>
      <FormSection title={t('settings.place')} lead={t('settings.placeText')}>
        <TextInput
          label={t('column.name')}
          value={values.name}
          disabled={isReadOnly}
          onChange={(event) => draft.set('name', event.currentTarget.value)}
        />
        <KindFields
          kind={kind}
          written={values.place}
          isReadOnly={isReadOnly}
          onChange={(place) => draft.set('place', place)}
        />
        <SecretField
          kind={kind}
          secret={values.secret}
          isKept={stream.hasSecret}
          isReadOnly={isReadOnly}
          onChange={(secret) => draft.set('secret', secret)}
        />
      </FormSection>
      <FormSection title={t('settings.what')} lead={t('settings.whatText')}>
        <WhatFields what={values.what} isReadOnly={isReadOnly} onChange={(what) => draft.set('what', what)} />
      </FormSection>
    </Form>
  )
}

/** Only what was changed: a secret that is left alone stays. */
function toBody({ kind }: LogStream, draft: ReturnType<typeof useDraft<Draft>>): RouteBody<'updateAuditStream'> {
  const { values } = draft
  const changed = new Set<string>(draft.changed)
  // The server knows of which kind the stream is, and checks its settings by it.
  return {
    ...(changed.has('name') && { name: values.name.trim() }),
    ...(changed.has('place') && { settings: toSettings(kind, values.place) }),
    ...(changed.has('secret') && { secret: values.secret }),
    ...(changed.has('what') && { format: values.what.format, query: values.what.query.trim() }),
  }
}

function DeleteStream({ stream }: { readonly stream: LogStream }) {
  const { t } = useTranslation('logStreams')
  const organization = useOrganizationSlug()
  const navigate = useNavigate()
  const remove = useChange('deleteAuditStream', { stale: ['listAuditStreams'] })
  const end = (): void =>
    remove.mutate(
      { params: { auditStream: stream.id } },
      {
        onSuccess: () => {
          showToast({ tone: 'good', text: t('remove.done', { name: stream.name }) })
          void navigate({ to: '/$organization/log-streams', params: { organization } })
        },
      },
    )
  return (
    <DeleteSection
      title={t('remove.title')}
      lead={t('remove.text')}
      action={t('remove.action')}
      ask={t('remove.ask', { name: stream.name })}
      name={stream.name}
      change={remove}
      onDelete={end}
    >
      {t('remove.askText')}
    </DeleteSection>
  )
}
