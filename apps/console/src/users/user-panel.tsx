import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, useRoute } from '../api/queries.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { icons } from '../ui/icons.tsx'
import { SidePanel } from '../ui/side-panel.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { UserFacts } from './user-facts.tsx'
import { nameOf } from './name-of.ts'
import styles from './users.module.css'

/** Somebody of the list, in short. */
export function UserPanel({ id, onClose }: { readonly id: string | undefined; onClose(): void }) {
  const { t } = useTranslation('users')
  const organization = useOrganizationSlug()
  const {
    data: person,
    error,
    refetch,
  } = useRoute('getPerson', { params: { person: id ?? '' } }, { enabled: id !== undefined })
  return (
    <SidePanel title={person === undefined ? t('user') : nameOf(person)} isOpen={id !== undefined} onClose={onClose}>
      {error !== null && <ErrorBlock error={error} onRetry={() => void refetch()} />}
      {person === undefined && error === null && <Skeletons />}
      {person !== undefined && (
        <div className={styles.panel}>
          <UserFacts person={person} />
          <Button
            renderRoot={(props) => (
              <Link {...props} to="/$organization/users/$user" params={{ organization, user: person.id }} />
            )}
            variant="filled"
            rightSection={<icons.right size={14} />}
          >
            {t('openPage')}
          </Button>
        </div>
      )}
    </SidePanel>
  )
}
