import { Button, Select, TextInput } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldErrorsOf } from '../api/problem.ts'
import { useChange, usePages, type EntryOf } from '../api/queries.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Page, Section } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { CredentialFields, isWhole, noCredentials, toCredentials, type CredentialKind } from './credential-fields.tsx'
import { PresetGallery } from './preset-gallery.tsx'
import styles from './apps.module.css'

type Preset = EntryOf<'listAppPresets'>

const route = getRouteApi('/$organization/apps/new')

/** First what it is, then where it is and who we are to it. Nothing is sent before a plan is applied. */
export function NewAppPage() {
  const { t } = useTranslation('apps')
  const { organization } = route.useParams()
  const { preset: name } = route.useSearch()
  const navigate = route.useNavigate()
  const { rows, query } = usePages('listAppPresets')
  const preset = rows.find((each) => each.name === name)
  const choose = (next: string | undefined): void =>
    void navigate({ search: next === undefined ? {} : { preset: next } })
  return (
    <Page>
      <PageHeader
        title={t('new.title')}
        lead={t('new.lead')}
        crumbs={[{ label: t('title'), link: { to: '/$organization/apps', params: { organization } } }]}
      />
      {query.isPending && <Skeletons />}
      {query.isError && <ErrorBlock error={query.error} onRetry={() => void query.refetch()} />}
      {preset === undefined ? (
        <PresetGallery presets={rows} onChoose={choose} />
      ) : (
        <NewAppForm key={preset.name} preset={preset} onBack={() => choose(undefined)} />
      )}
    </Page>
  )
}

function NewAppForm({ preset, onBack }: { readonly preset: Preset; onBack(): void }) {
  const { t } = useTranslation('apps')
  const kinds = preset.credentials
  const [name, setName] = useState(preset.title)
  const [url, setUrl] = useState(preset.baseUrl)
  const [baseDn, setBaseDn] = useState('')
  const [kind, setKind] = useState<CredentialKind>(kinds[0] ?? 'bearer')
  const [written, write] = useState(noCredentials)
  const { create, error, isPending } = useCreate(preset)
  const errors = fieldErrorsOf(error)
  const isLdap = preset.kind === 'ldap'
  const isReady = name !== '' && url !== '' && !/[{}]/.test(url) && isWhole(kind, written) && (!isLdap || baseDn !== '')
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (isReady) create({ name, url, baseDn, credentials: toCredentials(kind, written) })
  }
  return (
    <div className={styles.halves}>
      <Section
        title={t('new.connect', { name: preset.title })}
        actions={<Button onClick={onBack}>{t('new.back')}</Button>}
      >
        <form className={styles.dialog} onSubmit={submit} autoComplete="off">
          <TextInput
            label={t('column.name')}
            value={name}
            error={errors['name']}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <TextInput
            label={t('facts.address')}
            description={t('new.addressHelp')}
            value={url}
            error={errors['target.baseUrl']}
            onChange={(event) => setUrl(event.currentTarget.value)}
          />
          {isLdap && (
            <TextInput
              label={t('new.baseDn')}
              value={baseDn}
              error={errors['target.baseDn']}
              onChange={(event) => setBaseDn(event.currentTarget.value)}
            />
          )}
          {kinds.length > 1 && (
            <Select
              allowDeselect={false}
              label={t('settings.kind')}
              data={kinds.map((value) => ({ value, label: t(`credentials.${value}`) }))}
              value={kind}
              onChange={(value) => setKind(kinds.find((each) => each === value) ?? 'bearer')}
            />
          )}
          <CredentialFields kind={kind} written={written} onWrite={write} />
          {error !== null && <ErrorBlock error={error} />}
          <div>
            <Button type="submit" variant="filled" disabled={!isReady} loading={isPending}>
              {t('new.create')}
            </Button>
          </div>
        </form>
      </Section>
      <PresetSteps preset={preset} />
    </div>
  )
}

/** What is to be done in the app itself. */
function PresetSteps({ preset }: { readonly preset: Preset }) {
  const { t } = useTranslation('apps')
  if (preset.steps.length === 0) return null
  return (
    <Section title={t('new.steps', { name: preset.title })}>
      <ol className={styles.guide}>
        {preset.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
    </Section>
  )
}

type NewApp = {
  readonly name: string
  readonly url: string
  readonly baseDn: string
  readonly credentials: ReturnType<typeof toCredentials>
}

/** Makes the app and leads to it. */
function useCreate(preset: Preset) {
  const { organization } = route.useParams()
  const navigate = route.useNavigate()
  const { mutate, error, isPending } = useChange('createApp', { stale: ['listApps', 'getOverview'] })
  const create = ({ name, url, baseDn, credentials }: NewApp): void => {
    const flavour = preset.name === 'openldap' ? ('openldap' as const) : ('activeDirectory' as const)
    const target =
      preset.kind === 'ldap'
        ? ({ kind: 'ldap', flavour, baseUrl: url, baseDn } as const)
        : ({ kind: 'scim', baseUrl: url } as const)
    mutate(
      { body: { name, preset: preset.name, target, credentials } },
      { onSuccess: ({ id }) => void navigate({ to: '/$organization/apps/$app', params: { organization, app: id } }) },
    )
  }
  return { create, error, isPending }
}
