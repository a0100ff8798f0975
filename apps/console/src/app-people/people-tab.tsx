import { getRouteApi, Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Accounts } from './accounts.tsx'
import { Assigned } from './assigned.tsx'
import { InScope } from './in-scope.tsx'
import styles from './people.module.css'
import { peopleViews } from './people-search.ts'

const route = getRouteApi('/$organization/apps/$app/people')

/** Who is assigned, who that puts in scope, and which accounts there are in the app. */
export function PeopleTab() {
  const { t } = useTranslation('appPeople')
  const params = route.useParams()
  const { view = 'assigned' } = route.useSearch()
  return (
    <div className={styles.tab}>
      <nav className={styles.views} aria-label={t('views')}>
        {peopleViews.map((name) => (
          <Link
            key={name}
            to="/$organization/apps/$app/people"
            params={params}
            search={name === 'assigned' ? {} : { view: name }}
            className={styles.view}
            activeOptions={{ exact: true, includeSearch: true }}
            aria-current={name === view ? 'page' : undefined}
          >
            {t(`view.${name}`)}
          </Link>
        ))}
      </nav>
      <p className={styles.lead}>{t(`lead.${view}`)}</p>
      {view === 'assigned' && <Assigned app={params.app} />}
      {view === 'scope' && <InScope app={params.app} />}
      {view === 'accounts' && <Accounts app={params.app} />}
    </div>
  )
}
