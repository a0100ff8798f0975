import { Button, TextInput } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import type { RouteBody } from '@rollcall/admin-api'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, useOrganizationSlug } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { DeleteSection } from '../ui/delete-section.tsx'
import { Form, FormSection, useDraft } from '../ui/form.tsx'
import { showToast, tellOutcome } from '../ui/toast.ts'
import { AuthorizationField } from './authorization-field.tsx'
import { EventsField } from './events-field.tsx'
import { nameOfStream, type EventStream } from './states.tsx'
import { SubjectFields, type Subjects } from './subject-fields.tsx'

type Draft = {
  readonly description: string
  readonly endpointUrl: string
  readonly authorization: string
  readonly events: readonly string[]
  readonly subjects: Subjects
}

/** Where to, of what, how people are named; and its end. */
export function EventStreamSettings({ stream }: { readonly stream: EventStream }) {
  const can = useCan()
  const isReadOnly = !can('signals:manage')
  return (
    <>
      <Fields stream={stream} isReadOnly={isReadOnly} />
      {!isReadOnly && stream.state !== 'disabled' && <DisableStream stream={stream} />}
      {!isReadOnly && <DeleteStream stream={stream} />}
    </>
  )
}

function Fields({ stream, isReadOnly }: { readonly stream: EventStream; readonly isReadOnly: boolean }) {
  const { t } = useTranslation('securityEvents')
  const { description, endpointUrl, events, subjectFormat, connectionId, allSubjects } = stream
  const update = useChange('updateEventStream', { stale: ['getEventStream', 'listEventStreams'] })
  const draft = useDraft<Draft>({
    description: description ?? '',
    endpointUrl,
    authorization: '',
    events,
    subjects: { subjectFormat, connectionId, allSubjects },
  })
  const { values } = draft
  const save = (): void =>
    update.mutate(
      { params: { eventStream: stream.id }, body: toBody(draft), ifMatch: `"${stream.version}"` },
      {
        onSuccess: () => {
          draft.discard()
          showToast({ tone: 'good', text: t('settings.saved') })
        },
      },
    )
  return (
    <Form draft={draft} isPending={update.isPending} error={update.error} onSave={save}>
      <FormSection title={t('settings.delivery')} lead={t(`methodHelp.${stream.method}`)}>
        <TextInput
          label={t('field.description')}
          value={values.description}
          disabled={isReadOnly}
          onChange={(event) => draft.set('description', event.currentTarget.value)}
        />
        {stream.method === 'push' && (
          <>
            <TextInput
              type="url"
              label={t('field.endpointUrl')}
              value={values.endpointUrl}
              disabled={isReadOnly}
              onChange={(event) => draft.set('endpointUrl', event.currentTarget.value)}
            />
            <AuthorizationField
              value={values.authorization}
              isKept={stream.hasAuthorizationHeader}
              isReadOnly={isReadOnly}
              onChange={(value) => draft.set('authorization', value)}
            />
          </>
        )}
      </FormSection>
      <FormSection title={t('settings.content')} lead={t('settings.contentText')}>
        <EventsField events={values.events} isReadOnly={isReadOnly} onChange={(next) => draft.set('events', next)} />
        <SubjectFields
          subjects={values.subjects}
          isReadOnly={isReadOnly}
          onChange={(subjects) => draft.set('subjects', subjects)}
        />
      </FormSection>
    </Form>
  )
}

/** Only what was changed: a header that is left alone stays. */
function toBody({ values, changed }: ReturnType<typeof useDraft<Draft>>): RouteBody<'updateEventStream'> {
  const has = new Set<string>(changed)
  const description = values.description.trim()
  return {
    ...(has.has('description') && { description: description === '' ? null : description }),
    ...(has.has('endpointUrl') && { endpointUrl: values.endpointUrl.trim() }),
    ...(has.has('authorization') && { authorizationHeader: values.authorization }),
    ...(has.has('events') && { events: [...values.events] }),
    ...(has.has('subjects') && values.subjects),
  }
}

function DisableStream({ stream }: { readonly stream: EventStream }) {
  const { t } = useTranslation('securityEvents')
  const [isAsking, setAsking] = useState(false)
  const change = useChange('updateEventStream', { stale: ['getEventStream', 'listEventStreams'] })
  const confirm = (): void => {
    setAsking(false)
    const changing = change.mutateAsync({ params: { eventStream: stream.id }, body: { state: 'disabled' } })
    tellOutcome(changing, () => t('act.disabledDone'))
  }
  return (
    <FormSection title={t('disable.title')} lead={t('disable.text')}>
      <div>
        <Button loading={change.isPending} onClick={() => setAsking(true)}>
          {t('disable.action')}
        </Button>
      </div>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={t('disable.ask', { name: nameOfStream(stream) })}
        action={t('disable.action')}
        tier="affects"
        onConfirm={confirm}
      >
        {t('banner.disabledText')}
      </ConfirmDialog>
    </FormSection>
  )
}

function DeleteStream({ stream }: { readonly stream: EventStream }) {
  const { t } = useTranslation('securityEvents')
  const organization = useOrganizationSlug()
  const navigate = useNavigate()
  const remove = useChange('deleteEventStream', { stale: ['listEventStreams'] })
  const name = nameOfStream(stream)
  const end = (): void =>
    remove.mutate(
      { params: { eventStream: stream.id } },
      {
        onSuccess: () => {
          showToast({ tone: 'good', text: t('remove.done', { name }) })
          void navigate({ to: '/$organization/event-streams', params: { organization } })
        },
      },
    )
  return (
    <DeleteSection
      title={t('remove.title')}
      lead={t('remove.streamText')}
      action={t('remove.stream')}
      ask={t('remove.ask', { name })}
      name={name}
      change={remove}
      onDelete={end}
    >
      {t('remove.streamText')}
    </DeleteSection>
  )
}
