import { useTranslation } from 'react-i18next'
import type { EntryOf } from '../api/queries.ts'
import { StateChip } from '../ui/state-chip.tsx'

type Team = Pick<EntryOf<'listTeams'>, 'isManaged' | 'managedBy' | 'group' | 'ruleRevision'>

/** Who says who is in the team: a connection, a group, a rule, or people here. */
export function useTeamSource(): (team: Team) => string {
  const { t } = useTranslation('teams')
  return ({ managedBy, group, ruleRevision, isManaged }) => {
    if (managedBy !== null) return t('source.managed', { name: managedBy.name })
    if (group !== null) return t('source.group', { name: group.name })
    if (ruleRevision !== null) return t('source.rule')
    return isManaged ? t('source.managedByNobody') : t('source.local')
  }
}

export function TeamSource({ team }: { readonly team: Team }) {
  const sourceOf = useTeamSource()
  const isLocal = team.managedBy === null && team.group === null && team.ruleRevision === null
  return (
    <StateChip
      tone={isLocal ? 'quiet' : 'info'}
      icon={isLocal ? 'teams' : team.ruleRevision === null ? 'lock' : 'filter'}
    >
      {sourceOf(team)}
    </StateChip>
  )
}
