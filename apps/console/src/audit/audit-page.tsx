import { Button, Menu } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { toUrl } from '../api/call.ts'
import { usePages, useRoute, type EntryOf } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { icons } from '../ui/icons.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { SavedViews } from '../ui/saved-views.tsx'
import styles from './audit.module.css'
import { AuditPanel } from './audit-panel.tsx'
import { AuditTable } from './audit-table.tsx'
import { ChainCheckAnswer, ChainCheckButton, useChainCheck } from './chain-check.tsx'
import { QueryBar, queryMistake } from './query-bar.tsx'
import { withTerm } from './query-text.ts'

const route = getRouteApi('/$organization/audit')

/** What can be asked with one click; the terms are the same in every language. */
const questions = {
  failures: 'result:failure',
  signIns: 'event:Authentication',
  people: 'kind:user',
  provisioning: 'action:external_identity.*',
  keys: 'kind:key',
} as const

/** Who did what, to whom, from where, and how it ended. */
export function AuditPage() {
  const { t } = useTranslation('audit')
  const { organization } = route.useParams()
  const { q = '', open } = route.useSearch()
  const navigate = route.useNavigate()
  const check = useChainCheck()
  const pages = usePages('listAuditEvents', { query: q === '' ? {} : { query: q } })
  const ask = (query: string): void => void navigate({ search: query === '' ? {} : { q: query } })
  const show = (id: string | undefined): void => void navigate({ search: (before) => ({ ...before, open: id }) })
  const mistake = queryMistake(pages.query.error)
  return (
    <Page isFull>
      <PageHeader
        title={t('title')}
        lead={<Lead organization={organization} />}
        actions={
          <>
            <SavedViews screen="audit" search={q === '' ? {} : { q }} onOpen={(view) => ask(textOf(view))} />
            <ChainCheckButton check={check} />
            <ExportMenu organization={organization} query={q} />
          </>
        }
        source={{
          route: 'listAuditEvents',
          params: { organization },
          query: q === '' ? {} : { query: q },
          cli: `audit list --organization ${organization}${q === '' ? '' : ` --query '${q.replaceAll("'", '')}'`}`,
        }}
      />
      <ChainCheckAnswer check={check} />
      <QueryBar query={q} error={pages.query.error} onAsk={ask} />
      <div className={styles.narrow}>
        {(Object.keys(questions) as (keyof typeof questions)[]).map((name) => (
          <Button key={name} size="xs" variant="default" onClick={() => ask(withTerm(q, questions[name]))}>
            {t(`question.${name}`)}
          </Button>
        ))}
      </div>
      {mistake === undefined && (
        <AuditTable pages={pages} isFiltered={q !== ''} openId={open} onOpen={show} onClear={() => ask('')} />
      )}
      <AuditPanel id={open} onClose={() => show(undefined)} onNarrow={(term) => ask(withTerm(q, term))} />
    </Page>
  )
}

/** What it is, how long it lasts, where else it goes. */
function Lead({ organization }: { readonly organization: string }) {
  const { t } = useTranslation('audit')
  const { number } = useFormats()
  const { data } = useRoute('getAuditRetention')
  return (
    <>
      <p>{t('lead')}</p>
      <p>
        {data !== undefined && t('retention', { count: data.daysMax, number: number(data.daysMax) })}{' '}
        <Link to="/$organization/log-streams" params={{ organization }} className={styles.inText}>
          {t('streams')}
        </Link>
      </p>
    </>
  )
}

/** The query of a view that was saved. */
function textOf({ q }: EntryOf<'listSavedViews'>['search']): string {
  return typeof q === 'string' ? q : ''
}

/** All that matches, not only what is shown; the browser saves what the server writes. */
function ExportMenu({ organization, query }: { readonly organization: string; readonly query: string }) {
  const { t } = useTranslation('audit')
  const asked = { params: { organization }, query: query === '' ? {} : { query } }
  return (
    <Menu>
      <Menu.Target>
        <Button leftSection={<icons.download />}>{t('export.action')}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={toUrl('exportAuditCsv', asked)} download="audit.csv">
          {t('export.csv')}
        </Menu.Item>
        <Menu.Item component="a" href={toUrl('exportAuditJsonLines', asked)} download="audit.jsonl">
          {t('export.jsonLines')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
