import { Select } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, useRoute } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { showToast } from '../ui/toast.ts'
import styles from './connections.module.css'

const peopleFates = ['keep', 'suspend', 'deprovision'] as const
const teamFates = ['keep', 'delete'] as const
const namesMax = 8

type DecommissionDialogProps = {
  readonly connection: RouteAnswer<'getConnection'>
  readonly isOpen: boolean
  onClose(): void
}

/** Ends a connection for good; says before whom it is about. */
export function DecommissionDialog({ connection, isOpen, onClose }: DecommissionDialogProps) {
  const { t } = useTranslation('connections')
  const formats = useFormats()
  const [people, setPeople] = useState<(typeof peopleFates)[number]>('keep')
  const [teams, setTeams] = useState<(typeof teamFates)[number]>('keep')
  const params = { connection: connection.id }
  const { data: preview } = useRoute(
    'previewConnectionRun',
    { params, query: { action: 'decommission' } },
    { enabled: isOpen },
  )
  const end = useChange('decommissionConnection', {
    stale: ['getConnection', 'listConnections', 'listConnectionRuns', 'listKeys', 'getConnectionHealth'],
  })
  const started = (): void => {
    onClose()
    showToast({ tone: 'info', text: t('end.started') })
  }
  const counts =
    preview === undefined
      ? '…'
      : t('end.effect', {
          people: formats.number(preview.people),
          active: formats.number(preview.activePeople),
          teams: formats.number(preview.teams),
        })
  return (
    <ConfirmDialog
      isOpen={isOpen}
      onClose={onClose}
      title={t('end.ask', { name: connection.name })}
      action={t('end.action')}
      tier="typed"
      name={connection.name}
      isPending={end.isPending}
      error={end.error}
      onConfirm={() => end.mutate({ params, body: { people, teams } }, { onSuccess: started })}
    >
      <p>{counts}</p>
      {preview !== undefined && preview.peopleNames.length > 0 && (
        <p className={styles.lead}>{formats.list(preview.peopleNames.slice(0, namesMax))}</p>
      )}
      <Select
        label={t('end.people')}
        allowDeselect={false}
        data={peopleFates.map((value) => ({ value, label: t(`end.peopleFate.${value}`) }))}
        value={people}
        onChange={(value) => setPeople(peopleFates.find((each) => each === value) ?? 'keep')}
      />
      <Select
        label={t('end.teams')}
        allowDeselect={false}
        data={teamFates.map((value) => ({ value, label: t(`end.teamFate.${value}`) }))}
        value={teams}
        onChange={(value) => setTeams(teamFates.find((each) => each === value) ?? 'keep')}
      />
    </ConfirmDialog>
  )
}
