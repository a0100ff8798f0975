import { Button, TextInput } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { fieldErrorsOf } from '../api/problem.ts'
import { useChange, usePages, type EntryOf } from '../api/queries.ts'
import { useSession } from '../api/session.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { icons } from '../ui/icons.tsx'
import { Page } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { Time } from '../ui/time.tsx'
import { showToast } from '../ui/toast.ts'

type Operator = EntryOf<'listOperators'>

const route = getRouteApi('/$organization/instance/operators')
const stale = ['listOperators'] as const

/** People who run the server. */
export function OperatorsPage() {
  const { t } = useTranslation('instance')
  const { new: isNew = false } = route.useSearch()
  const navigate = route.useNavigate()
  const pages = usePages('listOperators')
  const [ended, setEnded] = useState<Operator>()
  const ask = (isOpen: boolean): void => void navigate({ search: isOpen ? { new: true } : {} })
  return (
    <Page isFull>
      <PageHeader
        title={t('operators.title')}
        lead={t('operators.lead')}
        actions={
          <Button variant="filled" leftSection={<icons.plus />} onClick={() => ask(true)}>
            {t('operators.add')}
          </Button>
        }
        source={{ route: 'listOperators', cli: 'operator list' }}
      />
      <DataTable
        name="operators"
        label={t('operators.title')}
        columns={useColumns(setEnded)}
        pages={pages}
        idOf={({ id }) => id}
        empty={
          <EmptyState icon="lock" title={t('operators.empty')}>
            {t('operators.emptyText')}
          </EmptyState>
        }
      />
      <GrantDialog isOpen={isNew} onClose={() => ask(false)} />
      {ended !== undefined && <RevokeDialog operator={ended} onClose={() => setEnded(undefined)} />}
    </Page>
  )
}

function useColumns(onEnd: (operator: Operator) => void): readonly Column<Operator>[] {
  const { t } = useTranslation('instance')
  return useMemo(
    () => [
      {
        id: 'person',
        header: t('column.person'),
        width: 'minmax(180px, 1.4fr)',
        cell: ({ name, userName }) => name ?? userName,
        text: ({ userName }) => userName,
      },
      {
        id: 'organization',
        header: t('column.organization'),
        width: 'minmax(140px, 1fr)',
        cell: ({ organization }) => organization.name,
        text: ({ organization }) => organization.slug,
      },
      {
        id: 'state',
        header: t('column.state'),
        width: '140px',
        cell: ({ isActive }) => (
          <StateChip tone={isActive ? 'good' : 'quiet'}>
            {isActive ? t('operators.active') : t('operators.resting')}
          </StateChip>
        ),
        text: ({ isActive }) => String(isActive),
      },
      {
        id: 'granted',
        header: t('column.granted'),
        width: '140px',
        cell: ({ grantedAt }) => <Time at={grantedAt} />,
        text: ({ grantedAt }) => grantedAt,
      },
      {
        id: 'acts',
        header: t('column.acts'),
        width: '120px',
        cell: (operator) => (
          <Button size="xs" data-danger onClick={() => onEnd(operator)}>
            {t('operators.revoke')}
          </Button>
        ),
      },
    ],
    [t, onEnd],
  )
}

function GrantDialog({ isOpen, onClose }: { readonly isOpen: boolean; onClose(): void }) {
  const { t } = useTranslation('instance')
  const { organization: own } = useSession()
  const [values, setValues] = useState({ organization: own.slug, userName: '' })
  const grant = useChange('grantOperator', { stale })
  const { organization, userName } = values
  const close = (): void => {
    setValues({ organization: own.slug, userName: '' })
    grant.reset()
    onClose()
  }
  const submit = (): void =>
    grant.mutate(
      { body: { organization: organization.trim(), userName: userName.trim() } },
      {
        onSuccess: ({ userName: name }) => {
          close()
          showToast({ tone: 'good', text: t('operators.granted', { name }) })
        },
      },
    )
  const errors = fieldErrorsOf(grant.error)
  return (
    <FormDialog
      isOpen={isOpen}
      onClose={close}
      title={t('operators.addTitle')}
      action={t('operators.grant')}
      isReady={organization.trim() !== '' && userName.trim() !== ''}
      change={grant}
      onSubmit={submit}
    >
      <p>{t('operators.trust')}</p>
      <TextInput
        data-autofocus
        label={t('operators.userName')}
        value={userName}
        autoComplete="off"
        spellCheck={false}
        error={errors['userName']}
        onChange={(event) => setValues({ ...values, userName: event.currentTarget.value })}
      />
      <TextInput
        label={t('operators.organization')}
        value={organization}
        autoComplete="off"
        spellCheck={false}
        error={errors['organization']}
        onChange={(event) => setValues({ ...values, organization: event.currentTarget.value })}
      />
    </FormDialog>
  )
}

function RevokeDialog({ operator, onClose }: { readonly operator: Operator; onClose(): void }) {
  const { t } = useTranslation('instance')
  const { user } = useSession()
  const revoke = useChange('revokeOperator', { stale })
  const { id, userName: name } = operator
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={t('operators.revokeTitle', { name })}
      action={t('operators.revoke')}
      tier="affects"
      isPending={revoke.isPending}
      error={revoke.error}
      onConfirm={() =>
        revoke.mutate(
          { params: { user: id } },
          {
            onSuccess: () => {
              onClose()
              showToast({ tone: 'good', text: t('operators.revoked', { name }) })
            },
          },
        )
      }
    >
      {id === user.id ? t('operators.revokeSelf') : t('operators.revokeText')}
    </ConfirmDialog>
  )
}
