import { Button } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useChange, useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { showToast } from '../ui/toast.ts'
import { AccessTab } from './access-tab.tsx'
import { CertificatesTab } from './certificates-tab.tsx'
import { OverviewTab } from './overview-tab.tsx'
import { ProviderState, type Provider } from './provider-state.tsx'
import { providerTabs, type ProviderTab } from './search.ts'
import { SettingsTab } from './settings-tab.tsx'
import { SetUpTab } from './set-up-tab.tsx'
import { staleByChange } from './stale.ts'
import { SignInsTab } from './sign-ins-tab.tsx'

const route = getRouteApi('/$organization/single-sign-on/$provider')

/** One identity provider: how it stands, how to set it up, what its values give, who came in by it and who did not. */
export function ProviderPage() {
  const { t } = useTranslation('singleSignOn')
  const { organization, provider: id } = route.useParams()
  const { tab = 'overview' } = route.useSearch()
  const { data: provider, error, refetch } = useRoute('getIdentityProvider', { params: { identityProvider: id } })
  const crumbs = [
    { label: t('title'), link: { to: '/$organization/single-sign-on', params: { organization } } as const },
  ]
  if (provider === undefined)
    return (
      <Page>
        <PageHeader title={t('provider')} crumbs={crumbs} />
        {error === null ? <Skeletons /> : <ErrorBlock error={error} onRetry={() => void refetch()} />}
      </Page>
    )
  const tabs = providerTabs.filter((name) => name !== 'certificates' || provider.type === 'saml')
  return (
    <Page>
      <PageHeader
        title={provider.name}
        crumbs={crumbs}
        mark={<ProviderState provider={provider} />}
        actions={<Switch provider={provider} />}
        source={{
          route: 'getIdentityProvider',
          params: { organization, identityProvider: id },
          cli: `identity-provider show --organization ${organization} ${id}`,
          json: provider,
        }}
      />
      <Tabs
        label={t('provider')}
        tabs={tabs.map((name) => ({
          label: t(`tab.${name}`),
          isActive: name === tab,
          link: {
            to: '/$organization/single-sign-on/$provider',
            params: { organization, provider: id },
            search: name === 'overview' ? {} : { tab: name },
          },
        }))}
      />
      <Tab tab={tab} provider={provider} />
    </Page>
  )
}

function Tab({ tab, provider }: { readonly tab: ProviderTab; readonly provider: Provider }) {
  switch (tab) {
    case 'setup':
      return <SetUpTab provider={provider} />
    case 'access':
      return <AccessTab key={provider.id} provider={provider} />
    case 'certificates':
      return <CertificatesTab provider={provider} />
    case 'signIns':
      return <SignInsTab provider={provider} />
    case 'settings':
      return <SettingsTab key={provider.id} provider={provider} />
    default:
      return <OverviewTab provider={provider} />
  }
}

/** On or off, which can be undone. Off is refused where nobody could come in any more. */
function Switch({ provider }: { readonly provider: Provider }) {
  const { t } = useTranslation('singleSignOn')
  const can = useCan()
  const update = useChange('updateIdentityProvider', { stale: staleByChange })
  if (!can('sign-in:manage')) return null
  const { id, name, state } = provider
  const turn = (to: Provider['state'], isUndo = false): void =>
    update.mutate(
      { params: { identityProvider: id }, body: { state: to } },
      {
        onSuccess: () =>
          showToast({
            tone: 'good',
            text: t(`turned.${to}`, { name }),
            ...(!isUndo && {
              action: { label: t('undo'), run: () => turn(to === 'enabled' ? 'disabled' : 'enabled', true) },
            }),
          }),
      },
    )
  return (
    <>
      {update.error !== null && <ErrorBlock error={update.error} />}
      {state === 'enabled' ? (
        <Button loading={update.isPending} onClick={() => turn('disabled')}>
          {t('turnOff')}
        </Button>
      ) : (
        <Button variant="filled" loading={update.isPending} onClick={() => turn('enabled')}>
          {t('turnOn')}
        </Button>
      )}
    </>
  )
}
