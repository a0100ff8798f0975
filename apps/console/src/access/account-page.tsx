import { Button, Switch } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { icons } from '../ui/icons.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { AccountState } from './account-state.tsx'
import { KeySecret, type ShownKey } from './key-secret.tsx'
import { KeysTable } from './keys-table.tsx'
import { LeakedKeys } from './leaked-keys.tsx'
import { NewKeyDialog } from './new-key-dialog.tsx'

const route = getRouteApi('/$organization/service-accounts/$account')

/** One service account and its keys. */
export function AccountPage() {
  const { t } = useTranslation('access')
  const { organization, account: id } = route.useParams()
  const { data: account, error, refetch } = useRoute('getServiceAccount', { params: { serviceAccount: id } })
  const crumbs = [
    { label: t('title'), link: { to: '/$organization/service-accounts', params: { organization } } as const },
  ]
  if (account === undefined)
    return (
      <Page>
        <PageHeader title={t('account')} crumbs={crumbs} />
        {error === null ? <Skeletons /> : <ErrorBlock error={error} onRetry={() => void refetch()} />}
      </Page>
    )
  return (
    <Page isFull>
      <PageHeader
        title={account.name}
        crumbs={crumbs}
        mark={<AccountState state={account.state} />}
        lead={account.email ?? undefined}
        actions={<AccountActs account={account} />}
        source={{
          route: 'getServiceAccount',
          params: { organization, serviceAccount: id },
          cli: `service-account show --organization ${organization} ${id}`,
          json: account,
        }}
      />
      <LeakedKeys of={{ serviceAccount: id }} />
      <AccountKeys accountId={id} />
    </Page>
  )
}

/** Making a key, and switching the account off and on: its keys die and return with it. */
function AccountActs({ account }: { readonly account: RouteAnswer<'getServiceAccount'> }) {
  const { t } = useTranslation('access')
  const can = useCan()
  const [isAsking, setAsking] = useState(false)
  const [isMaking, setMaking] = useState(false)
  const [shown, setShown] = useState<ShownKey>()
  const change = useChange('updateServiceAccount', { stale: ['getServiceAccount', 'listServiceAccounts'] })
  if (!can('keys:manage')) return null
  const set = (state: 'active' | 'disabled'): void =>
    change.mutate({ params: { serviceAccount: account.id }, body: { state } }, { onSuccess: () => setAsking(false) })
  return (
    <>
      {account.state === 'active' ? (
        <>
          <Button onClick={() => setAsking(true)}>{t('disable.action')}</Button>
          <Button variant="filled" leftSection={<icons.plus />} onClick={() => setMaking(true)}>
            {t('key.new')}
          </Button>
        </>
      ) : (
        <Button variant="filled" loading={change.isPending} onClick={() => set('active')}>
          {t('enable')}
        </Button>
      )}
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={t('disable.title', { name: account.name })}
        action={t('disable.action')}
        tier="affects"
        isPending={change.isPending}
        error={change.error}
        onConfirm={() => set('disabled')}
      >
        {t('disable.text')}
      </ConfirmDialog>
      {isMaking && (
        <NewKeyDialog
          accountId={account.id}
          onClose={() => setMaking(false)}
          onMade={(made) => {
            setMaking(false)
            setShown(made)
          }}
        />
      )}
      <KeySecret shown={shown} onClose={() => setShown(undefined)} />
    </>
  )
}

function AccountKeys({ accountId }: { readonly accountId: string }) {
  const { t } = useTranslation('access')
  const { revoked = false } = route.useSearch()
  const navigate = route.useNavigate()
  return (
    <>
      <Switch
        checked={revoked}
        label={t('key.revokedToo')}
        onChange={(event) => void navigate({ search: { revoked: event.currentTarget.checked }, replace: true })}
      />
      <KeysTable of={{ serviceAccount: accountId }} isRevokedToo={revoked} />
    </>
  )
}
