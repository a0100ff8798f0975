import { NumberInput, Radio, SegmentedControl, Select, Textarea } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '../ui/empty-state.tsx'
import { Section } from '../ui/page.tsx'
import { ClauseGroups } from './clause-groups.tsx'
import type { RulesTabProps } from './mappings-tab.tsx'
import { readPinned, writePinned } from './pinned.ts'
import { rulesOf, withRules, type ObjectRules } from './rules.ts'
import { ScopeCounts } from './scope-counts.tsx'
import { ScopeWhy } from './scope-why.tsx'
import { TriedOn } from './tried-on.tsx'
import { useSample } from './use-sample.ts'
import styles from './rules.module.css'

const route = getRouteApi('/$organization/apps/$app/rules')
const policies = {
  user: ['disable', 'disableThenDelete', 'delete', 'unlink', 'nothing'],
  team: ['delete', 'unlink', 'nothing'],
} as const

/** Who is provisioned, whom that lets in and out, and what becomes of those who leave. */
export function ScopeTab({ app, draft, kind, isReadOnly }: RulesTabProps) {
  const { t } = useTranslation('rules')
  const { organization } = route.useParams()
  const { try: tried } = route.useSearch()
  const navigate = route.useNavigate()
  const rules = rulesOf(draft.rules, kind)
  const place = { organization, tried, kind }
  const sample = useSample(app.id, { kind, ids: readPinned(place), rules })
  if (rules === undefined)
    return (
      <EmptyState icon="teams" title={t('teams.none')}>
        {t('teams.noneText')}
      </EmptyState>
    )
  const change = (part: Partial<ObjectRules>): void => draft.set(withRules(draft.rules, kind, { ...rules, ...part }))
  const samples = sample.data?.objects ?? []
  return (
    <>
      <ScopeCounts app={app} rules={draft.rules} kind={kind} />
      <Section title={t('scope.assignment')}>
        <Radio.Group
          aria-label={t('scope.assignment')}
          value={draft.rules.assignment}
          onChange={(value) =>
            draft.set({ ...draft.rules, assignment: value === 'everyone' ? 'everyone' : 'assigned' })
          }
        >
          <div className={styles.choices}>
            <Radio value="assigned" label={t('scope.assigned')} disabled={isReadOnly} />
            <Radio value="everyone" label={t('scope.everyone')} disabled={isReadOnly} />
          </div>
        </Radio.Group>
      </Section>
      <Section title={t('scope.filter')}>
        <ScopeEditor
          scope={rules.scope}
          source={sample.data?.source ?? []}
          samples={samples}
          isReadOnly={isReadOnly}
          onChange={(scope) => change({ scope })}
        />
      </Section>
      <Section title={t('scope.why')}>
        <TriedOn
          samples={samples}
          kind={kind}
          onChange={(ids) =>
            void navigate({ search: (before) => ({ ...before, try: writePinned(ids, place) }), replace: true })
          }
        />
        <ScopeWhy scope={rules.scope} samples={samples} />
      </Section>
      <Leaving rules={rules} choices={policies[kind]} isReadOnly={isReadOnly} onChange={change} />
    </>
  )
}

type Scope = ObjectRules['scope']

type ScopeEditorProps = {
  readonly scope: Scope
  readonly source: Parameters<typeof ClauseGroups>[0]['source']
  readonly samples: Parameters<typeof ClauseGroups>[0]['samples']
  readonly isReadOnly: boolean
  onChange(scope: Scope): void
}

/** Clauses in groups, or a SCIM filter. Neither can say all that the other can, so that what was written stays when one looks at the other. */
function ScopeEditor({ scope, onChange, isReadOnly, ...known }: ScopeEditorProps) {
  const { t } = useTranslation('rules')
  const isText = 'filter' in scope
  const [other, setOther] = useState<Scope>(isText ? { groups: [] } : { filter: '' })
  const swap = (): void => {
    setOther(scope)
    onChange(other)
  }
  return (
    <div className={styles.scope}>
      <SegmentedControl
        className={styles.kinds ?? ''}
        aria-label={t('scope.form')}
        data={[
          { value: 'groups', label: t('scope.clauses') },
          { value: 'filter', label: t('scope.text') },
        ]}
        value={isText ? 'filter' : 'groups'}
        disabled={isReadOnly}
        onChange={swap}
      />
      {isText ? (
        <Textarea
          label={t('scope.text')}
          description={t('scope.textHint')}
          value={scope.filter}
          readOnly={isReadOnly}
          spellCheck={false}
          autosize
          minRows={2}
          onChange={(event) => onChange({ filter: event.currentTarget.value })}
        />
      ) : (
        <ClauseGroups
          groups={scope.groups}
          isReadOnly={isReadOnly}
          onChange={(groups) => onChange({ groups })}
          {...known}
        />
      )}
    </div>
  )
}

type LeavingProps = {
  readonly rules: ObjectRules
  readonly choices: readonly ObjectRules['leaving']['policy'][]
  readonly isReadOnly: boolean
  onChange(part: Partial<ObjectRules>): void
}

function Leaving({ rules, choices, isReadOnly, onChange }: LeavingProps) {
  const { t } = useTranslation('rules')
  const { leaving } = rules
  return (
    <Section title={t('scope.leaving')}>
      <div className={styles.leaving}>
        <Select
          label={t('scope.policy')}
          data={choices.map((value) => ({ value, label: t(`scope.policyName.${value}`) }))}
          value={leaving.policy}
          allowDeselect={false}
          disabled={isReadOnly}
          onChange={(value) => {
            const policy = choices.find((each) => each === value)
            if (policy !== undefined) onChange({ leaving: { ...leaving, policy } })
          }}
        />
        {leaving.policy === 'disableThenDelete' && (
          <NumberInput
            label={t('scope.grace')}
            value={leaving.graceDays}
            min={0}
            max={365}
            allowDecimal={false}
            readOnly={isReadOnly}
            onChange={(value) => onChange({ leaving: { ...leaving, graceDays: Number(value) } })}
          />
        )}
      </div>
    </Section>
  )
}
