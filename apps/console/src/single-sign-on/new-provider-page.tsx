import { getRouteApi } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useRoute } from '../api/queries.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { NewOidc } from './new-oidc.tsx'
import { NewSaml } from './new-saml.tsx'
import { ProviderGallery } from './provider-gallery.tsx'
import type { NewProviderSearch } from './search.ts'

const route = getRouteApi('/$organization/single-sign-on/new')

/** Which identity provider, what to enter there, what it says of itself. It is made switched off: the rest follows on its page. */
export function NewProviderPage() {
  const { t } = useTranslation('singleSignOn')
  const { organization } = route.useParams()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const choose = (chosen: NewProviderSearch): void => void navigate({ search: chosen })
  const crumbs = [
    { label: t('title'), link: { to: '/$organization/single-sign-on', params: { organization } } as const },
  ]
  const isChosen = search.saml !== undefined || search.oidc !== undefined
  return (
    <Page>
      <PageHeader title={t('new.title')} lead={t('new.lead')} crumbs={crumbs} />
      {isChosen ? (
        <Chosen key={search.saml ?? search.oidc} onBack={() => choose({})} />
      ) : (
        <ProviderGallery onChoose={choose} />
      )}
    </Page>
  )
}

function Chosen({ onBack }: { onBack(): void }) {
  const { saml, oidc, id } = route.useSearch()
  const navigate = route.useNavigate()
  const { data, error, refetch } = useRoute('getIdentityProviderAddresses', {
    ...(id !== undefined && { query: { identityProvider: id } }),
  })
  const given = data?.id
  useEffect(() => {
    // The addresses hold from now on, also for whoever comes back by the link.
    if (given !== undefined && given !== id)
      void navigate({ search: (before) => ({ ...before, id: given }), replace: true })
  }, [given, id, navigate])
  if (error !== null) return <ErrorBlock error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeletons rows={8} />
  if (saml !== undefined) return <NewSaml provider={saml} addresses={data} onBack={onBack} />
  return <NewOidc provider={oidc ?? 'generic'} addresses={data} onBack={onBack} />
}
