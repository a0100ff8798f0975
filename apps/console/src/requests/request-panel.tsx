import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, useRoute } from '../api/queries.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { icons } from '../ui/icons.tsx'
import { SidePanel } from '../ui/side-panel.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { RequestView } from './request-view.tsx'
import { readable } from './requests-table.tsx'
import styles from './requests.module.css'

/** One request of the list, beside it. */
export function RequestPanel({ id, onClose }: { readonly id: string | undefined; onClose(): void }) {
  const { t } = useTranslation('requests')
  const organization = useOrganizationSlug()
  const {
    data: request,
    error,
    refetch,
  } = useRoute('getRequest', { params: { request: id ?? '' } }, { enabled: id !== undefined })
  const title = request === undefined ? t('request') : `${request.method} ${readable(request.path)}`
  return (
    <SidePanel title={title} isOpen={id !== undefined} onClose={onClose}>
      {error !== null && <ErrorBlock error={error} onRetry={() => void refetch()} />}
      {request === undefined && error === null && <Skeletons />}
      {request !== undefined && (
        <div className={styles.panel}>
          <Button
            renderRoot={(props) => (
              <Link {...props} to="/$organization/requests/$request" params={{ organization, request: request.id }} />
            )}
            rightSection={<icons.right size={14} />}
          >
            {t('openPage')}
          </Button>
          <RequestView request={request} />
        </div>
      )}
    </SidePanel>
  )
}
