import { Button, Textarea, TextInput } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { CopyBox } from '../ui/copy.tsx'
import { DefinitionList } from '../ui/definition-list.tsx'
import { Form, FormSection, useDraft } from '../ui/form.tsx'
import { Section } from '../ui/page.tsx'
import { Time } from '../ui/time.tsx'
import { showToast } from '../ui/toast.ts'
import type { TeamDetails } from './team-page.tsx'
import { TeamGroup } from './team-group.tsx'
import { useTeamSource } from './team-source.tsx'

const stale = ['getTeam', 'listTeams', 'listTeamHistory'] as const

/** Name, handle, words about it; who manages it; the end of it. */
export function TeamSettings({ team }: { readonly team: TeamDetails }) {
  const { t } = useTranslation('teams')
  const can = useCan()
  const sourceOf = useTeamSource()
  const draft = useDraft({ name: team.name, handle: team.handle, description: team.description ?? '' })
  const update = useChange('updateTeam', { stale })
  const isFixed = !can('teams:manage')
  const save = (): void => {
    const written = Object.fromEntries(draft.changed.map((name) => [name, draft.values[name]]))
    update.mutate(
      {
        params: { team: team.id },
        body: { ...written, ...('description' in written && { description: draft.values.description || null }) },
      },
      { onSuccess: () => draft.discard() },
    )
  }
  return (
    <>
      <Form draft={draft} isPending={update.isPending} error={update.error} onSave={save}>
        <FormSection
          title={t('settings.title')}
          lead={team.locked.includes('name') ? t('settings.locked') : t('settings.lead')}
        >
          <TextInput
            label={t('column.name')}
            value={draft.values.name}
            disabled={isFixed || team.locked.includes('name')}
            onChange={(event) => draft.set('name', event.currentTarget.value)}
          />
          <TextInput
            label={t('column.handle')}
            description={t('settings.handleHelp')}
            value={draft.values.handle}
            disabled={isFixed || team.locked.includes('handle')}
            onChange={(event) => draft.set('handle', event.currentTarget.value)}
          />
          <Textarea
            label={t('description')}
            value={draft.values.description}
            disabled={isFixed}
            autosize
            minRows={2}
            onChange={(event) => draft.set('description', event.currentTarget.value)}
          />
        </FormSection>
      </Form>
      <Section title={t('settings.facts')}>
        <DefinitionList
          items={[
            { term: t('column.source'), value: sourceOf(team) },
            { term: t('settings.id'), value: <CopyBox value={team.id} /> },
            ...(team.managedBy === null
              ? []
              : [{ term: t('settings.scimId'), value: <CopyBox value={team.managedBy.scimId} /> }]),
            { term: t('column.created'), value: <Time at={team.createdAt} /> },
            { term: t('column.updated'), value: <Time at={team.updatedAt} /> },
          ]}
        />
      </Section>
      <TeamGroup team={team} />
      {!isFixed && <Endings team={team} />}
    </>
  )
}

const route = getRouteApi('/$organization/teams/$team')

function Endings({ team }: { readonly team: TeamDetails }) {
  const { t } = useTranslation('teams')
  const { organization } = route.useParams()
  const navigate = route.useNavigate()
  const [asked, ask] = useState<'delete' | 'release'>()
  const remove = useChange('deleteTeam', { stale: ['listTeams'] })
  const release = useChange('stopManagingTeam', { stale })
  const params = { team: team.id }
  const close = (): void => ask(undefined)
  return (
    <Section title={t('danger.title')}>
      <div>
        {team.managedBy !== null && <Button onClick={() => ask('release')}>{t('danger.release')}</Button>}{' '}
        <Button data-danger onClick={() => ask('delete')}>
          {t('danger.delete')}
        </Button>
      </div>
      <ConfirmDialog
        isOpen={asked === 'release'}
        onClose={close}
        title={t('danger.release')}
        action={t('danger.release')}
        tier="affects"
        isPending={release.isPending}
        error={release.error}
        onConfirm={() => release.mutate({ params }, { onSuccess: close })}
      >
        {t('danger.releaseText', { name: team.managedBy?.name ?? '' })}
      </ConfirmDialog>
      <ConfirmDialog
        isOpen={asked === 'delete'}
        onClose={close}
        title={t('danger.deleteTitle', { name: team.name })}
        action={t('danger.delete')}
        tier="affects"
        isPending={remove.isPending}
        error={remove.error}
        onConfirm={() =>
          remove.mutate(
            { params },
            {
              onSuccess: () => {
                showToast({ tone: 'good', text: t('danger.deleted', { name: team.name }) })
                void navigate({ to: '/$organization/teams', params: { organization }, search: {} })
              },
            },
          )
        }
      >
        {t('danger.deleteText')}
      </ConfirmDialog>
    </Section>
  )
}
