import { Button, Select } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, usePages } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Section } from '../ui/page.tsx'
import { tellOutcome } from '../ui/toast.ts'
import type { TeamDetails } from './team-page.tsx'
import styles from './teams.module.css'

const stale = ['getTeam', 'listTeams', 'listTeamMembers', 'listTeamHistory'] as const
const foundMax = 20

/** The group of an identity provider that decides who is in the team. */
export function TeamGroup({ team }: { readonly team: TeamDetails }) {
  const { t } = useTranslation('teams')
  const can = useCan()
  if (team.managedBy !== null || (team.group === null && !can('teams:map'))) return null
  return (
    <Section title={t('mapping.title')}>
      {team.group === null ? <Link team={team.id} /> : <Linked team={team} name={team.group.name} />}
    </Section>
  )
}

function Link({ team }: { readonly team: string }) {
  const { t } = useTranslation('teams')
  const [words, setWords] = useState('')
  const [group, setGroup] = useState<string | null>(null)
  const query = { limit: foundMax, ...(words.trim() !== '' && { search: words.trim() }) }
  const { rows } = usePages('listExternalGroups', { query })
  const link = useChange('linkTeam', { stale })
  return (
    <div className={styles.fields}>
      <p>{t('mapping.text')}</p>
      <div className={styles.which}>
        <Select
          label={t('mapping.group')}
          searchable
          clearable
          // What was found by the server fits already.
          filter={({ options }) => options}
          nothingFoundMessage={t('mapping.noGroup')}
          onSearchChange={setWords}
          data={rows.map(({ id, name }) => ({ value: id, label: name }))}
          value={group}
          onChange={setGroup}
        />
        <Button
          disabled={group === null}
          loading={link.isPending}
          onClick={() => group !== null && link.mutate({ params: { team }, body: { groupId: group } })}
        >
          {t('mapping.link')}
        </Button>
      </div>
      {link.isError && <ErrorBlock error={link.error} />}
    </div>
  )
}

function Linked({ team, name }: { readonly team: TeamDetails; readonly name: string }) {
  const { t } = useTranslation('teams')
  const can = useCan()
  const [isAsked, ask] = useState(false)
  const unlink = useChange('unlinkTeam', { stale })
  const compare = useChange('reconcileTeam', { stale })
  const params = { team: team.id }
  return (
    <div className={styles.fields}>
      <p>{t('mapping.follows', { name })}</p>
      <div className={styles.which}>
        {can('teams:manage') && (
          <Button
            loading={compare.isPending}
            onClick={() => tellOutcome(compare.mutateAsync({ params }), () => t('mapping.compared'))}
          >
            {t('mapping.compare')}
          </Button>
        )}
        {can('teams:map') && (
          <Button data-danger onClick={() => ask(true)}>
            {t('mapping.unlink')}
          </Button>
        )}
      </div>
      <ConfirmDialog
        isOpen={isAsked}
        onClose={() => ask(false)}
        title={t('mapping.unlinkTitle', { name })}
        action={t('mapping.unlink')}
        tier="affects"
        isPending={unlink.isPending}
        error={unlink.error}
        onConfirm={() => unlink.mutate({ params }, { onSuccess: () => ask(false) })}
      >
        {t('mapping.unlinkText')}
      </ConfirmDialog>
    </div>
  )
}
