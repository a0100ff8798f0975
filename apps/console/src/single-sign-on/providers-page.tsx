import { Button } from '@mantine/core'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { usePages, type EntryOf } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { icons } from '../ui/icons.tsx'
import { Time } from '../ui/time.tsx'
import { CertificateEnd } from './certificate-end.tsx'
import { lastCertificateEnd, ProviderState, typeName } from './provider-state.tsx'
import { SsoFrame } from './sso-frame.tsx'
import styles from './sso.module.css'

const route = getRouteApi('/$organization/single-sign-on')

/** Identity providers that people sign in by. */
export function ProvidersPage() {
  const { t } = useTranslation('singleSignOn')
  const { organization } = route.useParams()
  const navigate = route.useNavigate()
  const can = useCan()
  const columns = useColumns()
  const pages = usePages('listIdentityProviders')
  const params = { organization }
  const add = can('sign-in:manage') && (
    <Link to="/$organization/single-sign-on/new" params={params} className={styles.button}>
      <icons.plus />
      {t('add')}
    </Link>
  )
  return (
    <SsoFrame
      tab="providers"
      isFull
      actions={add}
      source={{
        route: 'listIdentityProviders',
        params,
        cli: `identity-provider list --organization ${organization}`,
      }}
    >
      <DataTable
        name="identity-providers"
        label={t('providers')}
        columns={columns}
        pages={pages}
        idOf={({ id }) => id}
        onOpen={({ id }) =>
          void navigate({ to: '/$organization/single-sign-on/$provider', params: { organization, provider: id } })
        }
        empty={
          <EmptyState
            icon="signIn"
            title={t('empty')}
            actions={
              <>
                {add}
                {can('sign-in:manage') && can('connections:read') && (
                  <Button
                    leftSection={<icons.link />}
                    onClick={() => void navigate({ to: '/$organization/setup-links', params, search: { new: true } })}
                  >
                    {t('sendLink')}
                  </Button>
                )}
              </>
            }
          >
            {t('emptyText')}
          </EmptyState>
        }
      />
    </SsoFrame>
  )
}

type Row = EntryOf<'listIdentityProviders'>

function useColumns(): readonly Column<Row>[] {
  const { t } = useTranslation('singleSignOn')
  const { organization } = route.useParams()
  const formats = useFormats()
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('column.name'),
        width: 'minmax(160px, 1.4fr)',
        cell: ({ id, name }) => (
          <Link to="/$organization/single-sign-on/$provider" params={{ organization, provider: id }} tabIndex={-1}>
            {name}
          </Link>
        ),
        text: ({ name }) => name,
      },
      {
        id: 'state',
        header: t('column.state'),
        width: '190px',
        cell: (row) => <ProviderState provider={row} />,
        text: ({ state }) => state,
      },
      { id: 'type', header: t('column.type'), width: '140px', cell: (row) => typeName(row), text: typeName },
      {
        id: 'domains',
        header: t('column.domains'),
        width: 'minmax(140px, 1fr)',
        cell: ({ domains }) => (domains.length === 0 ? '–' : formats.list(domains)),
        text: ({ domains }) => domains.join(' '),
      },
      {
        id: 'certificate',
        header: t('column.certificate'),
        width: '190px',
        cell: (row) => <CertificateEnd at={lastCertificateEnd(row)} />,
        text: (row) => lastCertificateEnd(row) ?? '',
      },
      {
        id: 'created',
        header: t('column.created'),
        width: '150px',
        isExtra: true,
        cell: ({ createdAt }) => <Time at={createdAt} />,
        text: ({ createdAt }) => createdAt,
      },
    ],
    [t, organization, formats],
  )
}
