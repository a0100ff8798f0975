import { Button, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useChange, useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import { DefinitionList } from '../ui/definition-list.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Form, FormSection, useDraft } from '../ui/form.tsx'
import { Section } from '../ui/page.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { StateChip, type Tone } from '../ui/state-chip.tsx'
import { Time } from '../ui/time.tsx'
import { RulePreview } from './rule-preview.tsx'
import type { TeamDetails } from './team-page.tsx'

type State = RouteAnswer<'getTeamRule'>
type Revision = NonNullable<State['live']>

const stale = ['getTeamRule', 'getTeam', 'listTeamMembers', 'listTeamHistory'] as const
/** While a run counts whom a rule moves. */
const countingMs = 1_000

const tones: { readonly [state in Revision['state']]: Tone } = {
  counting: 'info',
  held: 'warn',
  live: 'good',
  replaced: 'quiet',
  discarded: 'quiet',
  ended: 'quiet',
}

/** The rule that decides who is in the team, as a SCIM filter; what it would move is shown before it decides. */
export function TeamRule({ team }: { readonly team: TeamDetails }) {
  const { t } = useTranslation('teams')
  const [isCounting, setCounting] = useState(false)
  const params = { team: team.id }
  const { data, error, refetch } = useRoute('getTeamRule', { params }, { refetchInterval: isCounting && countingMs })
  const isPending = data?.pending?.state === 'counting'
  if (isPending !== isCounting && data !== undefined) setCounting(isPending)
  if (error !== null) return <ErrorBlock error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeletons />
  return (
    <>
      {data.live === null && data.pending === null && (
        <EmptyState icon="filter" title={t('rule.none')}>
          {t('rule.noneText')}
        </EmptyState>
      )}
      {data.live !== null && <RevisionFacts title={t('rule.live')} revision={data.live} />}
      {data.pending !== null && <Pending team={team.id} revision={data.pending} />}
      <RuleForm team={team} state={data} key={data.live?.revision ?? 0} />
    </>
  )
}

function RevisionFacts({ title, revision }: { readonly title: string; readonly revision: Revision }) {
  const { t } = useTranslation('teams')
  const formats = useFormats()
  const count = (value: number | null): string => (value === null ? '–' : formats.number(value))
  return (
    <Section
      title={title}
      actions={<StateChip tone={tones[revision.state]}>{t(`rule.state.${revision.state}`)}</StateChip>}
    >
      <DefinitionList
        items={[
          { term: t('rule.filter'), value: <code>{textOf(revision.rule.scope)}</code> },
          { term: t('rule.entering'), value: count(revision.entering) },
          { term: t('rule.leaving'), value: count(revision.leaving) },
          { term: t('rule.madeBy'), value: revision.madeBy },
          { term: t('column.since'), value: <Time at={revision.liveAt ?? revision.madeAt} /> },
        ]}
      />
    </Section>
  )
}

/** Counted, or held because more would leave than may without an approval. */
function Pending({ team, revision }: { readonly team: string; readonly revision: Revision }) {
  const { t } = useTranslation('teams')
  const can = useCan()
  const approve = useChange('approveTeamRule', { stale })
  const discard = useChange('discardTeamRule', { stale })
  const change = { params: { team } }
  return (
    <>
      <RevisionFacts title={t('rule.pending')} revision={revision} />
      {revision.state === 'held' && can('teams:manage') && (
        <div>
          <Button variant="filled" loading={approve.isPending} onClick={() => approve.mutate(change)}>
            {t('rule.approve')}
          </Button>{' '}
          <Button loading={discard.isPending} onClick={() => discard.mutate(change)}>
            {t('rule.discard')}
          </Button>
        </div>
      )}
      {approve.isError && <ErrorBlock error={approve.error} />}
      {discard.isError && <ErrorBlock error={discard.error} />}
    </>
  )
}

function RuleForm({ team, state }: { readonly team: TeamDetails; readonly state: State }) {
  const { t } = useTranslation('teams')
  const can = useCan()
  const draft = useDraft({ filter: state.live === null ? '' : textOf(state.live.rule.scope) })
  const set = useChange('setTeamRule', { stale })
  if (!can('teams:manage') || team.isManaged || team.group !== null) return null
  const rule = { scope: { filter: draft.values.filter.trim() } }
  return (
    <Form
      draft={draft}
      isPending={set.isPending}
      error={set.error}
      action={t('rule.save')}
      onSave={() => set.mutate({ params: { team: team.id }, body: rule }, { onSuccess: () => draft.discard() })}
    >
      <FormSection title={t('rule.edit')} lead={t('rule.editLead')}>
        <Textarea
          label={t('rule.filter')}
          description={t('rule.filterHelp')}
          value={draft.values.filter}
          autosize
          minRows={2}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mono)' } }}
          onChange={(event) => draft.set('filter', event.currentTarget.value)}
        />
        {draft.values.filter.trim() !== '' && <RulePreview team={team.id} rule={rule} />}
      </FormSection>
    </Form>
  )
}

/** A rule as text: what was written as clauses is shown as they are. */
function textOf(scope: Revision['rule']['scope']): string {
  return 'filter' in scope ? scope.filter : JSON.stringify(scope.groups)
}
