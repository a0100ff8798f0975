import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { Page } from '../ui/page.tsx'
import { PageHeader, type PageSource } from '../ui/page-header.tsx'
import { Tabs, type Tab } from '../ui/tabs.tsx'

type SsoFrameProps = {
  readonly tab: 'providers' | 'methods'
  readonly isFull?: boolean
  readonly actions?: ReactNode
  readonly source: PageSource
  readonly children: ReactNode
}

/** Head and tabs of the two pages about how people come in. */
export function SsoFrame({ tab, isFull = false, actions, source, children }: SsoFrameProps) {
  const { t } = useTranslation('singleSignOn')
  const organization = useOrganizationSlug()
  const can = useCan()
  const params = { organization }
  const tabs: Tab[] = [
    { label: t('providers'), isActive: tab === 'providers', link: { to: '/$organization/single-sign-on', params } },
  ]
  if (can('settings:read')) {
    const link = { to: '/$organization/single-sign-on/methods', params } as const
    tabs.push({ label: t('methods.tab'), isActive: tab === 'methods', link })
  }
  return (
    <Page isFull={isFull}>
      <PageHeader
        title={tab === 'providers' ? t('title') : t('methods.title')}
        lead={t('lead')}
        actions={actions}
        source={source}
      />
      <Tabs label={t('title')} tabs={tabs} />
      {children}
    </Page>
  )
}
