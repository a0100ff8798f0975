import { TextInput } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { FormDialog } from '../ui/form-dialog.tsx'
import { AuthorizationField } from './authorization-field.tsx'
import { EffectFields } from './effect-fields.tsx'
import { firstEffects, type Effects } from './effects.ts'
import { MethodChoice } from './method-choice.tsx'

type Made = RouteAnswer<'createTransmitter'>

/** Somebody to listen to: who, by which keys, which way, and what his signals may do. */
export function NewTransmitterDialog({ onClose, onMade }: { onClose(): void; onMade(made: Made): void }) {
  const { t } = useTranslation('securityEvents')
  const [who, setWho] = useState<Who>({ name: '', issuer: '', jwksUrl: '' })
  const [method, setMethod] = useState<Made['method']>('push')
  const [pollUrl, setPollUrl] = useState('')
  const [authorization, setAuthorization] = useState('')
  const [chosen, setChosen] = useState<Effects>(firstEffects)
  const create = useChange('createTransmitter', { stale: ['listTransmitters'] })
  const isPolled = method === 'poll'
  const submit = (): void => {
    const body = {
      issuer: who.issuer.trim(),
      method,
      ...chosen,
      ...(who.name.trim() !== '' && { name: who.name.trim() }),
      ...(who.jwksUrl.trim() !== '' && { jwksUrl: who.jwksUrl.trim() }),
      ...(isPolled && { pollUrl: pollUrl.trim() }),
      ...(isPolled && authorization !== '' && { authorizationHeader: authorization }),
    }
    create.mutate({ body }, { onSuccess: onMade })
  }
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={t('newTransmitter.action')}
      size="lg"
      action={t('newTransmitter.make')}
      isReady={who.issuer.trim() !== '' && (!isPolled || pollUrl.trim() !== '')}
      change={create}
      onSubmit={submit}
    >
      <WhoFields who={who} onChange={setWho} />
      <MethodChoice isListening method={method} onChange={setMethod} />
      {isPolled && (
        <>
          <TextInput
            required
            type="url"
            label={t('field.pollUrl')}
            placeholder="https://"
            value={pollUrl}
            onChange={(event) => setPollUrl(event.currentTarget.value)}
          />
          <AuthorizationField value={authorization} onChange={setAuthorization} />
        </>
      )}
      <EffectFields chosen={chosen} onChange={setChosen} />
    </FormDialog>
  )
}

type Who = { readonly name: string; readonly issuer: string; readonly jwksUrl: string }

function WhoFields({ who, onChange }: { readonly who: Who; onChange(who: Who): void }) {
  const { t } = useTranslation('securityEvents')
  return (
    <>
      <TextInput
        data-autofocus
        label={t('column.name')}
        description={t('field.nameHelp')}
        value={who.name}
        onChange={(event) => onChange({ ...who, name: event.currentTarget.value })}
      />
      <TextInput
        required
        label={t('fact.issuer')}
        description={t('field.issuerHelp')}
        placeholder="https://acme.okta.com"
        spellCheck={false}
        value={who.issuer}
        onChange={(event) => onChange({ ...who, issuer: event.currentTarget.value })}
      />
      <TextInput
        type="url"
        label={t('field.jwksUrl')}
        description={t('field.jwksUrlHelp')}
        placeholder="https://"
        value={who.jwksUrl}
        onChange={(event) => onChange({ ...who, jwksUrl: event.currentTarget.value })}
      />
    </>
  )
}
