import type { LinkProps } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, useRoute } from '../api/queries.ts'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Tabs } from '../ui/tabs.tsx'

const places = {
  general: '/$organization/settings',
  notifications: '/$organization/settings/notifications',
  privacy: '/$organization/settings/privacy',
  domains: '/$organization/settings/domains',
  plan: '/$organization/settings/plan',
  danger: '/$organization/settings/danger',
} as const satisfies Record<string, LinkProps['to']>

// The table above is the only source of its keys.
const names = Object.keys(places) as readonly (keyof typeof places)[]

type SettingsFrameProps = {
  readonly tab: keyof typeof places
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** Head and tabs around each part of the settings of the organization. */
export function SettingsFrame({ tab, actions, children }: SettingsFrameProps) {
  const { t } = useTranslation('settings')
  const organization = useOrganizationSlug()
  const { data } = useRoute('getOrganization')
  return (
    <Page>
      <PageHeader
        title={t('title')}
        lead={t('lead')}
        actions={actions}
        source={
          tab === 'domains'
            ? { route: 'listDomains', params: { organization }, cli: `domain list --organization ${organization}` }
            : {
                route: 'getOrganization',
                params: { organization },
                cli: `organization show ${organization}`,
                json: data,
              }
        }
      />
      <Tabs
        label={t('title')}
        tabs={names.map((name) => ({
          label: t(`tab.${name}`),
          isActive: name === tab,
          link: { to: places[name], params: { organization } },
        }))}
      />
      {children}
    </Page>
  )
}
