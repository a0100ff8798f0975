import { useTranslation } from 'react-i18next'
import { useOrganizationSlug } from '../api/queries.ts'
import { Tabs } from '../ui/tabs.tsx'

/** Two lists, one subject: whom we tell, and to whom we listen. */
export function DirectionTabs({ active }: { readonly active: 'streams' | 'transmitters' }) {
  const { t } = useTranslation('securityEvents')
  const params = { organization: useOrganizationSlug() }
  return (
    <Tabs
      label={t('title')}
      tabs={[
        {
          label: t('tab.streams'),
          isActive: active === 'streams',
          link: { to: '/$organization/event-streams', params },
        },
        {
          label: t('tab.transmitters'),
          isActive: active === 'transmitters',
          link: { to: '/$organization/transmitters', params },
        },
      ]}
    />
  )
}
