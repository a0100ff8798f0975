import { TextInput } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import { EventsField } from './events-field.tsx'
import { AuthorizationField } from './authorization-field.tsx'
import { MethodChoice } from './method-choice.tsx'
import { SubjectFields, type Subjects } from './subject-fields.tsx'

type Made = RouteAnswer<'createEventStream'>

/** A receiver: how it gets its tokens, of which events, and how people are named in them. */
export function NewEventStreamDialog({ onClose, onMade }: { onClose(): void; onMade(made: Made): void }) {
  const { t } = useTranslation('securityEvents')
  const [description, setDescription] = useState('')
  const [method, setMethod] = useState<Made['method']>('push')
  const [endpointUrl, setEndpointUrl] = useState('')
  const [authorization, setAuthorization] = useState('')
  const [events, setEvents] = useState<readonly string[]>([])
  const [audience, setAudience] = useState('')
  const [subjects, setSubjects] = useState<Subjects>({ subjectFormat: 'email', connectionId: null, allSubjects: true })
  const create = useChange('createEventStream', { stale: ['listEventStreams'] })
  const isPush = method === 'push'
  const submit = (): void => {
    const words = description.trim()
    const body = {
      method,
      ...subjects,
      ...(words !== '' && { description: words }),
      ...(isPush && { endpointUrl: endpointUrl.trim() }),
      ...(isPush && authorization !== '' && { authorizationHeader: authorization }),
      ...(events.length > 0 && { events: [...events] }),
      ...(audience.trim() !== '' && { audience: [audience.trim()] }),
    }
    create.mutate({ body }, { onSuccess: onMade })
  }
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={t('newStream.action')}
      size="lg"
      action={t('newStream.make')}
      isReady={!isPush || endpointUrl.trim() !== ''}
      change={create}
      onSubmit={submit}
    >
      <TextInput
        data-autofocus
        label={t('field.description')}
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
      />
      <MethodChoice method={method} onChange={setMethod} />
      {isPush && (
        <>
          <TextInput
            required
            type="url"
            label={t('field.endpointUrl')}
            placeholder="https://"
            value={endpointUrl}
            onChange={(event) => setEndpointUrl(event.currentTarget.value)}
          />
          <AuthorizationField value={authorization} onChange={setAuthorization} />
        </>
      )}
      <EventsField events={events} placeholder={t('field.eventsAll')} onChange={setEvents} />
      <TextInput
        label={t('field.audience')}
        description={t('field.audienceHelp')}
        spellCheck={false}
        value={audience}
        onChange={(event) => setAudience(event.currentTarget.value)}
      />
      <SubjectFields subjects={subjects} onChange={setSubjects} />
    </FormDialog>
  )
}
