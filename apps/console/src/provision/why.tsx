import type { RouteAnswer } from '@rollcall/admin-api'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, useRoute } from '../api/queries.ts'
import { LogStatus } from '../logs/log-status.tsx'
import { Steps } from '../logs/steps.tsx'
import { DefinitionList } from '../ui/definition-list.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Section } from '../ui/page.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { Time } from '../ui/time.tsx'
import { useEngineReasons } from '../ui/use-engine-reasons.ts'
import styles from './provision.module.css'

/** Why somebody has an account in an app, or has none. */
export function Why({ app, object }: { readonly app: string; readonly object: string }) {
  const { data, error, refetch } = useRoute('getAppWhy', { params: { app }, query: { object } })
  return (
    <Section title={data?.object.name ?? object}>
      {error !== null && <ErrorBlock error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeletons rows={4} />}
      {data !== undefined && <Answer why={data} />}
    </Section>
  )
}

function Answer({ why }: { readonly why: RouteAnswer<'getAppWhy'> }) {
  const { t } = useTranslation('provision')
  const organization = useOrganizationSlug()
  const reasonWords = useEngineReasons()
  const { lastEntry, link } = why
  const { meaning, remedy } = reasonWords(why.reason, why.explanation)
  return (
    <div className={styles.result}>
      <div className={styles.words}>
        <p>
          <strong>{meaning}</strong>
        </p>
        {remedy !== '' && <p>{remedy}</p>}
        {why.detail !== null && <p className={styles.quiet}>{why.detail}</p>}
      </div>
      {why.scoping !== null && <Steps steps={[why.scoping]} />}
      <DefinitionList
        items={[
          { term: t('account'), value: link?.targetKey ?? t('noAccount') },
          ...((link?.appliedAt ?? null) === null ? [] : [{ term: t('written'), value: <Time at={link?.appliedAt} /> }]),
          { term: t('nextTry'), value: why.nextAttemptAt === null ? t('onChange') : <Time at={why.nextAttemptAt} /> },
          ...(lastEntry === null
            ? []
            : [
                {
                  term: t('lastEntry'),
                  value: (
                    <span className={styles.entry}>
                      <LogStatus status={lastEntry.status} />
                      <Link
                        to="/$organization/logs"
                        params={{ organization }}
                        search={{ object: why.object.id, open: lastEntry.id }}
                      >
                        {reasonWords(lastEntry.reason, lastEntry.explanation).meaning}
                      </Link>
                    </span>
                  ),
                },
              ]),
        ]}
      />
    </div>
  )
}
