import { Select } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useCan } from '../api/session.ts'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { MailPanel } from './mail-panel.tsx'
import { MailsTable } from './mails-table.tsx'
import { OutboxNote } from './outbox-note.tsx'
import { mailStates } from './states.ts'
import { TestMail } from './test-mail.tsx'

const route = getRouteApi('/$organization/mails')

/** What was sent or waits to be: where there is no mail server, links are copied from here. */
export function MailsPage() {
  const { t } = useTranslation('mails')
  const can = useCan()
  const { organization } = route.useParams()
  const { state, open } = route.useSearch()
  const navigate = route.useNavigate()
  const show = (id: string | undefined): void => void navigate({ search: (before) => ({ ...before, open: id }) })
  return (
    <Page isFull>
      <PageHeader
        title={t('title')}
        lead={t('lead')}
        actions={can('mail:send') && <TestMail />}
        source={{
          route: 'listMails',
          params: { organization },
          query: { state },
          cli: `mail list --organization ${organization}${state === undefined ? '' : ` --state ${state}`}`,
        }}
      />
      <OutboxNote />
      <Select
        w={220}
        aria-label={t('filter')}
        data={[
          { value: 'all', label: t('all') },
          ...mailStates.map((value) => ({ value, label: t(`state.${value}`) })),
        ]}
        value={state ?? 'all'}
        allowDeselect={false}
        onChange={(value) => void navigate({ search: { state: mailStates.find((each) => each === value) } })}
      />
      <MailsTable state={state} openId={open} onOpen={show} />
      <MailPanel id={open} onClose={() => show(undefined)} />
    </Page>
  )
}
