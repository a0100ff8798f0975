import { useTranslation } from 'react-i18next'
import type { RouteAnswer } from '@rollcall/admin-api'
import { CopyBox } from '../ui/copy.tsx'
import { DefinitionList } from '../ui/definition-list.tsx'
import { Time } from '../ui/time.tsx'
import { UserState } from './user-state.tsx'
import styles from './users.module.css'

/** What one wants to know of somebody first. */
export function UserFacts({ person }: { readonly person: RouteAnswer<'getPerson'> }) {
  const { t } = useTranslation('users')
  return (
    <DefinitionList
      items={[
        { term: t('column.state'), value: <UserState state={person.state} /> },
        { term: t('column.userName'), value: person.userName ?? '–' },
        {
          term: t('column.email'),
          value:
            person.emails.length === 0 ? (
              '–'
            ) : (
              <ul className={styles.lines}>
                {person.emails.map(({ value }) => (
                  <li key={value}>{value}</li>
                ))}
              </ul>
            ),
        },
        { term: t('column.source'), value: person.connection?.name ?? t('source.none') },
        {
          term: t('teams'),
          value:
            person.teams.length === 0 ? (
              t('noTeams')
            ) : (
              <ul className={styles.lines}>
                {person.teams.map(({ id, name }) => (
                  <li key={id}>{name}</li>
                ))}
              </ul>
            ),
        },
        { term: t('ids.account'), value: <CopyBox value={person.id} /> },
        ...(person.scimId === null ? [] : [{ term: t('ids.scim'), value: <CopyBox value={person.scimId} /> }]),
        ...(person.externalId === null
          ? []
          : [{ term: t('ids.external'), value: <CopyBox value={person.externalId} /> }]),
        { term: t('column.created'), value: <Time at={person.createdAt} /> },
        { term: t('column.updated'), value: <Time at={person.updatedAt} /> },
      ]}
    />
  )
}
