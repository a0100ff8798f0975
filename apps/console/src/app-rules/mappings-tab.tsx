import { Button, Select } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { isRefusedAs } from '../api/problem.ts'
import { groupMappings, listUnmapped } from './mapping-groups.ts'
import { MappingPanel } from './mapping-panel.tsx'
import { MappingTable } from './mapping-table.tsx'
import { MatchWarning } from './match-warning.tsx'
import { readPinned, writePinned } from './pinned.ts'
import type { AppView } from './rules-page.tsx'
import { firstTeamRules, newMapping, rulesOf, setMapping, withRules, type Kind, type ObjectRules } from './rules.ts'
import { TriedOn } from './tried-on.tsx'
import { useFindings } from './use-findings.ts'
import type { RulesDraft } from './use-rules-draft.ts'
import { useSample } from './use-sample.ts'
import styles from './rules.module.css'

const route = getRouteApi('/$organization/apps/$app/rules')

export type RulesTabProps = {
  readonly app: AppView
  readonly draft: RulesDraft
  readonly kind: Kind
  readonly isReadOnly: boolean
}

/** Target attribute ← rule → result for somebody who is chosen. */
export function MappingsTab({ app, draft, kind, isReadOnly }: RulesTabProps) {
  const { t } = useTranslation('rules')
  const rules = rulesOf(draft.rules, kind)
  if (rules === undefined)
    return (
      <EmptyState
        icon="teams"
        title={t('teams.none')}
        {...(!isReadOnly && {
          actions: (
            <Button onClick={() => draft.set(withRules(draft.rules, 'team', firstTeamRules))}>
              {t('teams.begin')}
            </Button>
          ),
        })}
      >
        {t('teams.noneText')}
      </EmptyState>
    )
  return <Mappings app={app} draft={draft} kind={kind} isReadOnly={isReadOnly} rules={rules} />
}

function Mappings({ app, draft, kind, isReadOnly, rules }: RulesTabProps & { readonly rules: ObjectRules }) {
  const { organization } = route.useParams()
  const { open, try: tried } = route.useSearch()
  const navigate = route.useNavigate()
  const place = { organization, tried, kind }
  const ids = readPinned(place)
  const sample = useSample(app.id, { kind, ids, rules })
  const findings = useFindings(app.id, draft.rules)
  const target = useMemo(() => sample.data?.target ?? [], [sample.data])
  const groups = useMemo(() => groupMappings(rules, target), [rules, target])
  const unmapped = useMemo(() => listUnmapped(rules, target), [rules, target])
  const show = (name: string | undefined): void => void navigate({ search: (before) => ({ ...before, open: name }) })
  const change = (next: ObjectRules): void => draft.set(withRules(draft.rules, kind, next))
  const add = (name: string): void => {
    change(setMapping(rules, newMapping(name)))
    show(name)
  }
  const pin = (chosen: readonly string[]): void =>
    void navigate({
      search: (before) => ({ ...before, try: writePinned(chosen, place) }),
      replace: true,
    })
  const surroundings = useMemo(
    () => ({ tables: draft.rules.tables, defaultDomain: sample.data?.defaultDomain ?? undefined }),
    [draft.rules.tables, sample.data],
  )
  const mapping = rules.mappings.find((each) => each.target === open)
  const samples = sample.data?.objects ?? []
  return (
    <>
      <div className={styles.tools}>
        <TriedOn samples={samples} kind={kind} onChange={pin} />
        {!isReadOnly && (
          <AddMapping names={unmapped.map(({ name }) => name)} isWaiting={sample.isPending} onAdd={add} />
        )}
      </div>
      {sample.isError && !isRefusedAs(sample.error, 'forbidden') && (
        <ErrorBlock error={sample.error} onRetry={() => void sample.refetch()} />
      )}
      {kind === 'user' && <MatchWarning app={app} draft={draft} />}
      <MappingTable
        groups={groups}
        unmapped={unmapped}
        target={target}
        sample={samples[0]}
        surroundings={surroundings}
        findings={findings.of(kind)}
        openTarget={open}
        onOpen={show}
        {...(!isReadOnly && { onAdd: add })}
      />
      <MappingPanel
        key={open}
        mapping={mapping}
        rules={rules}
        source={sample.data?.source ?? []}
        target={target.find(({ name }) => name === open)}
        samples={samples}
        surroundings={surroundings}
        isReadOnly={isReadOnly}
        onChange={change}
        onClose={() => show(undefined)}
      />
    </>
  )
}

const foundMax = 60

/** Another attribute of the app: one of those it takes, or any path that its schema does not list. */
function AddMapping({
  names,
  isWaiting,
  onAdd,
}: {
  readonly names: readonly string[]
  /** What is typed before the names are there would be lost when they come. */
  readonly isWaiting: boolean
  onAdd(name: string): void
}) {
  const { t } = useTranslation('rules')
  return (
    <Select
      className={styles.add ?? ''}
      aria-label={t('add')}
      placeholder={t('add')}
      data={[...names]}
      limit={foundMax}
      searchable
      disabled={isWaiting}
      value={null}
      nothingFoundMessage={t('addNone')}
      onChange={(name) => {
        if (name !== null) onAdd(name)
      }}
    />
  )
}
