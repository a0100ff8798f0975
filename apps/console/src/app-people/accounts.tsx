import { getRouteApi, Link } from '@tanstack/react-router'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, useRoute } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import type { Account } from './account.ts'
import { AccountTable } from './account-table.tsx'
import { accountClasses, accountStandings } from './people-search.ts'
import styles from './people.module.css'
import { Reconcile } from './reconcile.tsx'

const route = getRouteApi('/$organization/apps/$app/people')

/** Every account that is in the app: whose it is, whether it is as it was sent, and which are nobody's. */
export function Accounts({ app }: { readonly app: string }) {
  const { data, error, refetch } = useRoute('getAppReconciliation', { params: { app } })
  if (error !== null && data === undefined) return <ErrorBlock error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeletons />
  return (
    <>
      <Reconcile app={app} reconciliation={data} />
      {data.last !== null && <Tiles app={app} counts={data.last.counts} />}
      {data.last !== null && <AccountTable app={app} />}
    </>
  )
}

type Counts = NonNullable<RouteAnswer<'getAppReconciliation'>['last']>['counts']

function Tiles({ app, counts }: { readonly app: string; readonly counts: Counts }) {
  const { t } = useTranslation('appPeople')
  const { number } = useFormats()
  const organization = useOrganizationSlug()
  const search = route.useSearch()
  return [
    { title: t('group.class'), names: accountClasses },
    { title: t('group.standing'), names: accountStandings },
  ].map(({ title, names }) => (
    <section key={title}>
      <h2 className={styles.tilesTitle}>{title}</h2>
      <div className={styles.tiles}>
        {names.map((name) => {
          const wanted = toFilter(name)
          const isHere = wanted.class === search.class && wanted.standing === search.standing
          return (
            <Link
              key={name}
              to="/$organization/apps/$app/people"
              params={{ organization, app }}
              search={{ view: 'accounts', ...(isHere ? {} : wanted) }}
              replace
              className={styles.tile}
              aria-current={isHere ? 'true' : undefined}
            >
              <span className={styles.tileName}>{t(`found.${name}`)}</span>
              <span className={styles.tileCount}>{number(counts[name])}</span>
            </Link>
          )
        })}
      </div>
    </section>
  ))
}

type Filter = { readonly class?: Account['class']; readonly standing?: NonNullable<Account['standing']> }

function toFilter(name: (typeof accountClasses)[number] | (typeof accountStandings)[number]): Filter {
  const standing = accountStandings.find((each) => each === name)
  if (standing !== undefined) return { standing }
  const found = accountClasses.find((each) => each === name)
  return found === undefined ? {} : { class: found }
}
