import { Link } from '@tanstack/react-router'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, useRoute, type EntryOf } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { actorName } from '../audit/actor.ts'
import { useFormats } from '../i18n/format.ts'
import { DiffTable } from '../ui/diff-table.tsx'
import { Section } from '../ui/page.tsx'
import { Time } from '../ui/time.tsx'
import { TimeInWords } from '../ui/time-in-words.tsx'
import styles from './apps.module.css'

const cyclesMax = 30
const eventsMax = 20

type App = RouteAnswer<'getApp'>
type Cycle = EntryOf<'listAppCycles'>

const isGood = ({ state, counters }: Cycle): boolean => state === 'done' && (counters?.failed ?? 0) === 0

/** After a run that went wrong: which rules and settings are others than when it still went well. */
export function SinceGood({ app }: { readonly app: App }) {
  const { data } = useRoute('listAppCycles', { params: { app: app.id }, query: { limit: cyclesMax } })
  const ended = (data?.data ?? []).filter(({ endedAt }) => endedAt !== null)
  const good = ended.find(isGood)
  if (good === undefined || good === ended[0]) return null
  return <Changed app={app} good={good} />
}

function Changed({ app, good }: { readonly app: App; readonly good: Cycle }) {
  const { t } = useTranslation('apps')
  const formats = useFormats()
  const live = app.liveRevision ?? good.rulesRevision
  const query = { from: String(good.rulesRevision), to: String(live) }
  const isOther = live !== good.rulesRevision
  const { data } = useRoute('diffAppRules', { params: { app: app.id }, query }, { enabled: isOther })
  return (
    <Section title={t('since.title')}>
      <p className={styles.facts}>
        <TimeInWords text={t('since.good')} at={good.startedAt} />
        <span>
          {isOther
            ? t('since.rules', { from: formats.number(good.rulesRevision), to: formats.number(live) })
            : t('since.sameRules', { revision: formats.number(live) })}
        </span>
      </p>
      {data !== undefined && data.changes.length > 0 && (
        <DiffTable
          label={t('since.title')}
          rows={data.changes.map(({ field, before, after }) => ({ path: field, before, after }))}
        />
      )}
      <Events app={app.id} since={good.startedAt} />
    </Section>
  )
}

/** What administrators did to the app since. */
function Events({ app, since }: { readonly app: string; readonly since: string }) {
  const { t } = useTranslation('apps')
  const organization = useOrganizationSlug()
  const can = useCan()
  const words = `target:${app} created:>=${since}`
  const query = { query: words, limit: eventsMax }
  const { data } = useRoute('listAuditEvents', { query }, { enabled: can('audit:read') })
  if (data === undefined) return null
  if (data.data.length === 0) return <p className={styles.quiet}>{t('since.nothing')}</p>
  return (
    <ul className={styles.events}>
      {data.data.map((event) => (
        <li key={event.id}>
          <Time at={event.at} />
          <Link to="/$organization/audit" params={{ organization }} search={{ q: words, open: event.id }}>
            <code>{event.action}</code>
          </Link>
          <span>{actorName(event)}</span>
        </li>
      ))}
    </ul>
  )
}
