import { Button, MultiSelect, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldErrorsOf } from '../api/problem.ts'
import { useChange, usePages, type EntryOf } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { CopyBox } from '../ui/copy.tsx'
import { DefinitionList } from '../ui/definition-list.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import type { Provider } from './provider-state.tsx'
import styles from './sso.module.css'
import { staleByChange } from './stale.ts'

/** Whose people are led on to it at the sign-in page: domains that the organization has proven by DNS. */
export function ProviderDomains({ provider: { id, domains } }: { readonly provider: Provider }) {
  const { t } = useTranslation('singleSignOn')
  const can = useCan()
  const { rows, query } = usePages('listDomains', {}, { enabled: can('settings:read') })
  const update = useChange('updateIdentityProvider', { stale: staleByChange })
  const verified = rows.filter(({ state }) => state === 'verified').map(({ domain }) => domain)
  const waiting = rows.filter(({ state }) => state === 'waiting')
  if (query.isError) return <ErrorBlock error={query.error} onRetry={() => void query.refetch()} />
  return (
    <div className={styles.stack}>
      <MultiSelect
        label={t('domains.label')}
        description={verified.length === 0 ? t('domains.none') : t('domains.help')}
        data={[...new Set([...verified, ...domains])]}
        value={[...domains]}
        disabled={!can('sign-in:manage') || update.isPending}
        onChange={(chosen) => update.mutate({ params: { identityProvider: id }, body: { domains: chosen } })}
      />
      {update.error !== null && <ErrorBlock error={update.error} />}
      {waiting.map((domain) => (
        <Waiting key={domain.id} domain={domain} />
      ))}
      {can('settings:manage') && <NewDomain />}
    </div>
  )
}

/** What must stand in DNS before a domain counts. */
function Waiting({ domain: { id, domain, record, lastError } }: { readonly domain: EntryOf<'listDomains'> }) {
  const { t } = useTranslation('singleSignOn')
  const can = useCan()
  const verify = useChange('verifyDomain', { stale: ['listDomains'] })
  return (
    <section className={styles.explained} aria-label={domain}>
      <p className={styles.stepHead}>
        <strong>{domain}</strong>
        {can('settings:manage') && (
          <Button size="xs" loading={verify.isPending} onClick={() => verify.mutate({ params: { domain: id } })}>
            {t('domains.verify')}
          </Button>
        )}
      </p>
      <p>{t('domains.record')}</p>
      <DefinitionList
        items={[
          { term: t('domains.recordName'), value: <CopyBox value={record.name} /> },
          { term: t('domains.recordValue', { type: record.type }), value: <CopyBox value={record.value} /> },
          ...(lastError === null ? [] : [{ term: t('domains.found'), value: lastError }]),
        ]}
      />
      {verify.error !== null && <ErrorBlock error={verify.error} />}
    </section>
  )
}

function NewDomain() {
  const { t } = useTranslation('singleSignOn')
  const [domain, setDomain] = useState('')
  const create = useChange('createDomain', { stale: ['listDomains'] })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (domain.trim() !== '') create.mutate({ body: { domain: domain.trim() } }, { onSuccess: () => setDomain('') })
  }
  const [error] = Object.values(fieldErrorsOf(create.error))
  return (
    <form className={styles.inline} onSubmit={submit} noValidate>
      <TextInput
        label={t('domains.new')}
        placeholder={t('domains.example')}
        value={domain}
        error={error}
        spellCheck={false}
        autoCapitalize="none"
        autoComplete="off"
        onChange={(event) => setDomain(event.currentTarget.value)}
      />
      <Button type="submit" loading={create.isPending} disabled={domain.trim() === ''}>
        {t('domains.add')}
      </Button>
      {create.error !== null && error === undefined && <ErrorBlock error={create.error} />}
    </form>
  )
}
