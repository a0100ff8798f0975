import { NumberInput, Select, Switch, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { ClauseGroups } from '../app-rules/clause-groups.tsx'
import { ExpressionField } from '../ui/expression-field.tsx'
import { FormSection } from '../ui/form.tsx'
import type { PartProps } from './rules-editor.tsx'
import { firstTeamRules, type TeamRules } from './rules.ts'

const nestings = ['flatten', 'direct'] as const
const matched = ['link', 'create', 'report'] as const
const policies = ['keep', 'detach', 'remove'] as const
/** Every group has these; what a source says besides is known when it was read. */
const groupColumns = ['name', 'id', 'type', 'description', 'dn', 'parentDn'].map((name) => ({
  name,
  type: 'string' as const,
}))

/** Whether and how groups of the source become teams. */
export function TeamsPart(props: PartProps) {
  const { rules, isReadOnly, onChange } = props
  const { t } = useTranslation('sourceRules')
  const { teams } = rules
  const toggle = (isOn: boolean): void => {
    const { teams: _, ...rest } = rules
    onChange(isOn ? { ...rules, teams: firstTeamRules } : rest)
  }
  return (
    <FormSection title={t('teams.title')} lead={t('teams.lead')}>
      <Switch
        label={t('teams.on')}
        disabled={isReadOnly}
        checked={teams !== undefined}
        onChange={(event) => toggle(event.currentTarget.checked)}
      />
      {teams !== undefined && <TeamFields {...props} teams={teams} />}
    </FormSection>
  )
}

function TeamFields(props: PartProps & { readonly teams: TeamRules }) {
  const { rules, teams, columns, isReadOnly, onChange } = props
  const { t } = useTranslation('sourceRules')
  const set = (part: Partial<TeamRules>): void => onChange({ ...rules, teams: omitEmpty({ ...teams, ...part }) })
  const field = { disabled: isReadOnly } as const
  const names = columns.map(({ name }) => name)
  return (
    <>
      <Select
        {...field}
        label={t('teams.column')}
        description={t('teams.columnHelp')}
        placeholder={t('teams.ownGroups')}
        data={teams.column === undefined || names.includes(teams.column) ? names : [teams.column, ...names]}
        searchable
        clearable
        value={teams.column ?? null}
        onChange={(column) => set({ column: column ?? undefined })}
      />
      {teams.column !== undefined && (
        <TextInput
          {...field}
          label={t('teams.separator')}
          placeholder=";"
          value={teams.separator ?? ''}
          onChange={(event) => set({ separator: event.currentTarget.value })}
        />
      )}
      <ExpressionField
        label={t('teams.name')}
        value={teams.name}
        onChange={(name) => set({ name })}
        source={groupColumns}
        isReadOnly={isReadOnly}
      />
      <ClauseGroups
        groups={teams.scope.groups}
        source={groupColumns}
        samples={[]}
        isReadOnly={isReadOnly}
        onChange={(groups) => set({ scope: { groups } })}
      />
      <TeamPolicies {...props} set={set} />
    </>
  )
}

type PoliciesProps = PartProps & { readonly teams: TeamRules; set(part: Partial<TeamRules>): void }

function TeamPolicies({ teams, isReadOnly, set }: PoliciesProps) {
  const { t } = useTranslation('sourceRules')
  const field = { disabled: isReadOnly, allowDeselect: false } as const
  const ends = policies.map((value) => ({ value, label: t(`teams.policies.${value}`) }))
  return (
    <>
      <Select
        {...field}
        label={t('teams.nested')}
        data={nestings.map((value) => ({ value, label: t(`teams.nestings.${value}`) }))}
        value={teams.nested}
        onChange={(value) => set({ nested: nestings.find((each) => each === value) ?? 'flatten' })}
      />
      <Select
        {...field}
        label={t('teams.onMatched')}
        data={matched.map((value) => ({ value, label: t(`teams.matched.${value}`) }))}
        value={teams.onMatched}
        onChange={(value) => set({ onMatched: matched.find((each) => each === value) ?? 'link' })}
      />
      <Select
        {...field}
        label={t('teams.onVanished')}
        data={ends}
        value={teams.onVanished}
        onChange={(value) => set({ onVanished: policies.find((each) => each === value) ?? 'detach' })}
      />
      <Select
        {...field}
        label={t('teams.onOutOfScope')}
        data={ends}
        value={teams.onOutOfScope}
        onChange={(value) => set({ onOutOfScope: policies.find((each) => each === value) ?? 'detach' })}
      />
      <NumberInput
        disabled={isReadOnly}
        label={t('teams.absentReads')}
        min={1}
        max={10}
        allowDecimal={false}
        value={teams.absentReads}
        onChange={(reads) => set({ absentReads: Number(reads) })}
      />
    </>
  )
}

/** What is cleared is left out of the document. */
function omitEmpty(teams: TeamRules): TeamRules {
  // Only members that may be absent are ever cleared.
  return Object.fromEntries(
    Object.entries(teams).filter(([, value]) => value !== undefined && value !== ''),
  ) as TeamRules
}
