import { ActionIcon, Menu } from '@mantine/core'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { serverUrl } from '../api/place.ts'
import { useChange, usePages, type EntryOf } from '../api/queries.ts'
import { useSession } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { DataTable, type Column } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { icons } from '../ui/icons.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { Time } from '../ui/time.tsx'
import { showToast } from '../ui/toast.ts'
import { ChangePlanDialog } from './change-plan-dialog.tsx'

type Organization = EntryOf<'listInstanceOrganizations'>
type Acts = {
  onInvite(slug: string): void
  onPlan(organization: Organization): void
  onDelete(organization: Organization): void
}

export function OrganizationsTable({ onInvite }: Pick<Acts, 'onInvite'>) {
  const { t } = useTranslation('instance')
  const pages = usePages('listInstanceOrganizations')
  const [ended, setEnded] = useState<Organization>()
  const [planned, setPlanned] = useState<Organization>()
  return (
    <>
      <DataTable
        name="organizations"
        label={t('organizations.title')}
        columns={useColumns({ onInvite, onPlan: setPlanned, onDelete: setEnded })}
        pages={pages}
        idOf={({ id }) => id}
        empty={<EmptyState icon="organization" title={t('organizations.empty')} />}
      />
      {planned !== undefined && <ChangePlanDialog organization={planned} onClose={() => setPlanned(undefined)} />}
      {ended !== undefined && <DeleteDialog organization={ended} onClose={() => setEnded(undefined)} />}
    </>
  )
}

function useColumns({ onInvite, onPlan, onDelete }: Acts): readonly Column<Organization>[] {
  const { t } = useTranslation('instance')
  const formats = useFormats()
  const { organization: own } = useSession()
  return useMemo(
    () => [
      {
        id: 'name',
        header: t('column.name'),
        width: 'minmax(160px, 1.6fr)',
        cell: ({ id, name }) => (
          <>
            {name} {id === own.id && <StateChip tone="info">{t('organizations.here')}</StateChip>}
          </>
        ),
        text: ({ name }) => name,
      },
      {
        id: 'slug',
        header: t('column.slug'),
        width: 'minmax(120px, 1fr)',
        cell: ({ slug }) => <code>{slug}</code>,
        text: ({ slug }) => slug,
      },
      {
        id: 'people',
        header: t('column.people'),
        width: '110px',
        isNumeric: true,
        cell: ({ people }) => formats.number(people),
        text: ({ people }) => String(people),
      },
      { id: 'plan', header: t('column.plan'), width: '120px', cell: ({ plan }) => plan, text: ({ plan }) => plan },
      {
        id: 'changed',
        header: t('column.changed'),
        width: '140px',
        cell: ({ lastChangeAt }) => <Time at={lastChangeAt} />,
        text: ({ lastChangeAt }) => lastChangeAt ?? '',
      },
      {
        id: 'created',
        header: t('column.created'),
        width: '140px',
        cell: ({ createdAt }) => <Time at={createdAt} />,
        text: ({ createdAt }) => createdAt,
      },
      {
        id: 'acts',
        header: t('column.acts'),
        width: '72px',
        cell: (organization) => <OrganizationActs organization={organization} {...{ onInvite, onPlan, onDelete }} />,
      },
    ],
    [t, formats, own.id, onInvite, onPlan, onDelete],
  )
}

function OrganizationActs({
  organization,
  onInvite,
  onPlan,
  onDelete,
}: Acts & { readonly organization: Organization }) {
  const { t } = useTranslation('instance')
  const { slug, name } = organization
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon aria-label={t('organizations.acts', { name })}>
          <icons.more />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component="a" href={`${serverUrl}/o/${slug}/sign-in`} leftSection={<icons.signIn />}>
          {t('organizations.signIn')}
        </Menu.Item>
        <Menu.Item leftSection={<icons.send />} onClick={() => onInvite(slug)}>
          {t('organizations.invite')}
        </Menu.Item>
        <Menu.Item leftSection={<icons.edit />} onClick={() => onPlan(organization)}>
          {t('organizations.plan')}
        </Menu.Item>
        <Menu.Item data-danger leftSection={<icons.remove />} onClick={() => onDelete(organization)}>
          {t('organizations.delete')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function DeleteDialog({ organization, onClose }: { readonly organization: Organization; onClose(): void }) {
  const { t } = useTranslation('instance')
  const formats = useFormats()
  const { organization: own } = useSession()
  const remove = useChange('deleteOrganization', { stale: ['listInstanceOrganizations', 'listInstanceRuns'] })
  const { slug, name, people } = organization
  const end = (): void =>
    remove.mutate(
      { params: { organization: slug }, query: { confirm: slug } },
      {
        onSuccess: () => {
          if (organization.id === own.id) return location.assign(`${serverUrl}/sign-in?other`)
          showToast({ tone: 'good', text: t('organizations.deleted', { name }) })
          onClose()
        },
      },
    )
  return (
    <ConfirmDialog
      isOpen
      onClose={onClose}
      title={t('organizations.deleteTitle', { name })}
      action={t('organizations.delete')}
      tier="typed"
      name={slug}
      isPending={remove.isPending}
      error={remove.error}
      onConfirm={end}
    >
      {t('organizations.deleteText', { count: people, number: formats.number(people) })}
    </ConfirmDialog>
  )
}
