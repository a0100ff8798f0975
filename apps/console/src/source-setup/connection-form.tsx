import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldErrorsOf } from '../api/problem.ts'
import { useChange } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { Form, FormSection, useDraft } from '../ui/form.tsx'
import { icons } from '../ui/icons.tsx'
import { showToast } from '../ui/toast.ts'
import type { Source } from '../sources/states.tsx'
import { CredentialInputs } from './credential-inputs.tsx'
import { areWhole, listCredentialKinds, noCredentials, toCredentials, type CredentialKind } from './credentials.ts'
import { fromPlace, toPlace } from './place-fields.ts'
import { PlaceInputs } from './place-inputs.tsx'
import { SourceTestPanel } from './source-test.tsx'

type ConnectionFormProps = { readonly source: Source; readonly isReadOnly: boolean }

/** Where it is and who we are to it. What is saved is tried at once; credentials are never shown, only replaced. */
export function ConnectionForm({ source, isReadOnly }: ConnectionFormProps) {
  const { t } = useTranslation('sourceSetup')
  const can = useCan()
  const { kind } = source.place
  const [isTried, setTried] = useState(false)
  const { draft, changed, discard, credentialKind, setKind, credentials, write, update, save } = useConnection(
    source,
    () => setTried(true),
  )
  const errors = fieldErrorsOf(update.error)
  return (
    <Form
      draft={{ changed, discard }}
      isPending={update.isPending}
      error={update.error}
      action={t('settings.saveTest')}
      onSave={save}
      isTab
    >
      <FormSection title={t('settings.connection')} lead={t('settings.connectionLead')}>
        <PlaceInputs kind={kind} written={draft.values} errors={errors} isReadOnly={isReadOnly} onWrite={draft.set} />
      </FormSection>
      {!isReadOnly && listCredentialKinds(kind).length > 0 && (
        <FormSection title={t('settings.credentials')} lead={t('settings.credentialsLead')}>
          <CredentialInputs
            place={kind}
            kind={credentialKind}
            written={credentials}
            errors={errors}
            onKind={setKind}
            onWrite={write}
          />
        </FormSection>
      )}
      {can('sources:run') && (
        <FormSection title={t('settings.test')} lead={t('settings.testLead')}>
          <TestWhenAsked sourceId={source.id} isTried={isTried} onTry={() => setTried(true)} />
        </FormSection>
      )}
    </Form>
  )
}

type TestWhenAskedProps = { readonly sourceId: string; readonly isTried: boolean; onTry(): void }

/** Looking at settings asks nobody's server. */
function TestWhenAsked({ sourceId, isTried, onTry }: TestWhenAskedProps) {
  const { t } = useTranslation('sourceSetup')
  if (isTried) return <SourceTestPanel sourceId={sourceId} />
  return (
    <div>
      <Button leftSection={<icons.play size={14} />} onClick={onTry}>
        {t('test.now')}
      </Button>
    </div>
  )
}

/** What is written of the place and of the credentials, and how both are saved together. */
function useConnection(source: Source, onSaved: () => void) {
  const { t } = useTranslation('sourceSetup')
  const client = useQueryClient()
  const stored: CredentialKind = source.credentials?.kind ?? 'none'
  const draft = useDraft<Record<string, string>>(fromPlace(source.place))
  const [credentialKind, setKind] = useState(stored)
  const [credentials, write] = useState(noCredentials)
  const update = useChange('updateSource', { stale: ['getSource', 'listSources'] })
  const isWritten = credentialKind === 'none' ? stored !== 'none' : areWhole(credentialKind, credentials)
  const changed = [...draft.changed, ...(isWritten ? ['credentials'] : [])]
  const discard = (): void => {
    draft.discard()
    setKind(stored)
    write(noCredentials)
  }
  const save = (): void =>
    update.mutate(
      {
        params: { source: source.id },
        body: {
          place: toPlace(source.place.kind, draft.values, source.place),
          ...(isWritten && { credentials: toCredentials(credentialKind, credentials) }),
        },
        ifMatch: `"${source.version}"`,
      },
      {
        onSuccess: () => {
          draft.discard()
          write(noCredentials)
          onSaved()
          void client.invalidateQueries({ queryKey: ['testSource'] })
          showToast({ tone: 'good', text: t('settings.saved') })
        },
      },
    )
  return { draft, changed, discard, credentialKind, setKind, credentials, write, update, save }
}
