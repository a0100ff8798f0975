import { Button, TextInput } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldErrorsOf } from '../api/problem.ts'
import { useChange } from '../api/queries.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { icons, type IconName } from '../ui/icons.tsx'
import { Page, Section } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { CredentialInputs } from './credential-inputs.tsx'
import { areWhole, listCredentialKinds, noCredentials, toCredentials, type CredentialKind } from './credentials.ts'
import { firstWritten, isWhole, kinds, toPlace, type Kind } from './place-fields.ts'
import { PlaceInputs } from './place-inputs.tsx'
import styles from './setup.module.css'

const route = getRouteApi('/$organization/sources/new')

const shapes: { readonly [kind in Kind]: IconName } = {
  file: 'upload',
  folder: 'table',
  url: 'download',
  http: 'code',
  sql: 'columns',
  ldap: 'attributes',
  scim: 'connections',
  upload: 'send',
}

/** First what it is, then where it is and who we are to it. Nobody comes in before rules are published and a plan is approved. */
export function NewSourcePage() {
  const { t } = useTranslation('sourceSetup')
  const { organization } = route.useParams()
  const { kind } = route.useSearch()
  const navigate = route.useNavigate()
  const choose = (next: Kind | undefined): void => void navigate({ search: next === undefined ? {} : { kind: next } })
  return (
    <Page>
      <PageHeader
        title={t('new.title')}
        lead={t('new.lead')}
        crumbs={[{ label: t('new.sources'), link: { to: '/$organization/sources', params: { organization } } }]}
      />
      {kind === undefined ? (
        <Gallery onChoose={choose} />
      ) : (
        <NewSourceForm key={kind} kind={kind} onBack={() => choose(undefined)} />
      )}
    </Page>
  )
}

function Gallery({ onChoose }: { onChoose(kind: Kind): void }) {
  const { t } = useTranslation('sourceSetup')
  return (
    <ul className={styles.gallery} aria-label={t('new.gallery')}>
      {kinds.map((kind) => {
        const Shape = icons[shapes[kind]]
        return (
          <li key={kind}>
            <button type="button" className={styles.kind} onClick={() => onChoose(kind)}>
              <Shape size={20} />
              <strong>{t(`kind.${kind}`)}</strong>
              <span>{t(`about.${kind}`)}</span>
              <span className={styles.need}>
                <em>{t('new.need')}</em> {t(`need.${kind}`)}
              </span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}

function NewSourceForm({ kind, onBack }: { readonly kind: Kind; onBack(): void }) {
  const { t } = useTranslation('sourceSetup')
  const [name, setName] = useState('')
  const [place, writePlace] = useState(firstWritten(kind))
  const [credentialKind, setCredentialKind] = useState<CredentialKind>(listCredentialKinds(kind)[0] ?? 'none')
  const [credentials, writeCredentials] = useState(noCredentials)
  const { create, error, isPending } = useCreate()
  const errors = fieldErrorsOf(error)
  // There is nothing to test before somebody sends something.
  const isSent = kind === 'file' || kind === 'upload'
  const isReady = name.trim() !== '' && isWhole(kind, place) && areWhole(credentialKind, credentials)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (!isReady || isPending) return
    create({
      name: name.trim(),
      place: toPlace(kind, place),
      ...(credentialKind !== 'none' && { credentials: toCredentials(credentialKind, credentials) }),
      ...(kind === 'scim' && { preset: 'scim' }),
    })
  }
  return (
    <div className={styles.halves}>
      <Section
        title={t('new.connect', { kind: t(`kind.${kind}`) })}
        actions={<Button onClick={onBack}>{t('new.back')}</Button>}
      >
        <form className={styles.fields} onSubmit={submit} autoComplete="off">
          <TextInput
            label={t('field.name')}
            description={t('help.name')}
            withAsterisk
            maxLength={200}
            value={name}
            error={errors['name']}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <PlaceInputs
            kind={kind}
            written={place}
            errors={errors}
            onWrite={(field, value) => writePlace((before) => ({ ...before, [field]: value }))}
          />
          <CredentialInputs
            place={kind}
            kind={credentialKind}
            written={credentials}
            errors={errors}
            onKind={setCredentialKind}
            onWrite={writeCredentials}
          />
          {error !== null && <ErrorBlock error={error} />}
          <div>
            <Button type="submit" variant="filled" disabled={!isReady} loading={isPending}>
              {isSent ? t('new.create') : t('new.createTest')}
            </Button>
          </div>
        </form>
      </Section>
      <WhatFollows kind={kind} />
    </div>
  )
}

/** What is needed, and what comes next: nothing happens by surprise. */
function WhatFollows({ kind }: { readonly kind: Kind }) {
  const { t } = useTranslation('sourceSetup')
  const isFile = kind === 'file'
  return (
    <Section title={t('new.next')}>
      <p className={styles.quiet}>
        <strong>{t('new.need')}</strong> {t(`need.${kind}`)}
      </p>
      <ol className={styles.steps}>
        <li>{isFile ? t('next.upload') : t('next.test')}</li>
        <li>{t('next.map')}</li>
        <li>{t('next.plan')}</li>
        <li>{isFile || kind === 'upload' ? t('next.again') : t('next.schedule')}</li>
      </ol>
    </Section>
  )
}

/** Makes the source and leads to its set-up. */
function useCreate() {
  const { organization } = route.useParams()
  const navigate = route.useNavigate()
  const { mutate, error, isPending } = useChange('createSource', { stale: ['listSources', 'getOverview'] })
  const create = (body: Parameters<typeof mutate>[0]['body']): void =>
    mutate(
      { body },
      {
        onSuccess: ({ id }) =>
          void navigate({
            to: '/$organization/sources/$source',
            params: { organization, source: id },
          }),
      },
    )
  return { create, error, isPending }
}
