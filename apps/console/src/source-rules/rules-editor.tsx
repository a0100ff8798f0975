import { Button, Select } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import type { Source } from '../sources/states.tsx'
import { Form } from '../ui/form.tsx'
import { icons } from '../ui/icons.tsx'
import { Tabs } from '../ui/tabs.tsx'
import { showToast } from '../ui/toast.ts'
import { AttributesPart } from './attributes-part.tsx'
import { DatesPart } from './dates-part.tsx'
import { FindingsList } from './findings-list.tsx'
import { HistoryPart } from './history-part.tsx'
import { MatchingPart } from './matching-part.tsx'
import { rulesParts } from './parts.ts'
import { PreviewPanel } from './preview-panel.tsx'
import { PublishNotice } from './publish-notice.tsx'
import { RecordsPart } from './records-part.tsx'
import { listTargets, type Finding, type Rules } from './rules.ts'
import { TeamsPart } from './teams-part.tsx'
import { useFindings, useSamples, type RulesDraft } from './use-rules.ts'
import type { Schema } from '@rollcall/expressions'
import type { Sample } from '../ui/expressions/try-rule.ts'
import styles from './source-rules.module.css'

const route = getRouteApi('/$organization/sources/$source')

export type PartProps = {
  readonly source: Source
  readonly rules: Rules
  readonly columns: Schema
  readonly targets: ReturnType<typeof listTargets>
  /** The one whose results are shown first. */
  readonly samples: readonly Sample[]
  readonly findings: readonly Finding[]
  readonly isReadOnly: boolean
  onChange(rules: Rules): void
}

const types = { string: 'string', number: 'decimal', boolean: 'boolean', date: 'string', dateTime: 'dateTime' } as const

/** The rules of a source in their parts; what is changed is a draft until it is published. */
export function RulesEditor({ source, draft }: { readonly source: Source; readonly draft: RulesDraft }) {
  const { t } = useTranslation('sourceRules')
  const { organization } = route.useParams()
  const { part = 'attributes', try: tried } = route.useSearch()
  const can = useCan()
  const { rules } = draft
  const save = useChange('saveSourceRules', {
    stale: ['getSource', 'listSourceRevisions', 'compareSourceRules'],
  })
  const findings = useFindings(source.id, rules)
  const { data: attributes } = useRoute('getAttributes')
  const { columns: names, samples } = useSamples(source, rules.anchor)
  const targets = useMemo(() => listTargets(attributes?.data ?? []), [attributes])
  const columns = useMemo(() => toSchema(names, rules), [names, rules])
  const chosen = samples.find(({ id }) => id === tried) ?? samples[0]
  const ordered = chosen === undefined ? [] : [chosen, ...samples.filter((each) => each !== chosen)]
  const isReadOnly = !can('sources:manage')
  const saveNow = (): void =>
    save.mutate(
      { params: { source: source.id }, body: { rules } },
      { onSuccess: () => showToast({ tone: 'good', text: t('saved') }) },
    )
  const props = { source, rules, columns, targets, samples: ordered, findings, isReadOnly, onChange: draft.set }
  return (
    <Form draft={draft} isPending={save.isPending} error={save.error} action={t('save')} onSave={saveNow} isTab>
      <PublishNotice source={source} isDirty={draft.changed.length > 0} />
      <Tabs
        label={t('title')}
        tabs={rulesParts.map((name) => ({
          label: t(`part.${name}`),
          isActive: name === part,
          link: {
            to: '/$organization/sources/$source',
            params: { organization, source: source.id },
            search: {
              tab: 'mapping',
              ...(name !== 'attributes' && { part: name }),
              ...(tried !== undefined && { try: tried }),
            },
          },
        }))}
      />
      {part !== 'history' && <Tools source={source} samples={samples} sample={chosen} />}
      {part !== 'history' && <FindingsList findings={findings} isWhole={part !== 'attributes'} />}
      {part === 'attributes' && <AttributesPart {...props} />}
      {part === 'records' && <RecordsPart {...props} />}
      {part === 'matching' && <MatchingPart {...props} />}
      {part === 'dates' && <DatesPart {...props} />}
      {part === 'teams' && <TeamsPart {...props} />}
      {part === 'history' && <HistoryPart source={source} isReadOnly={isReadOnly} />}
    </Form>
  )
}

/** Columns that were seen, and those that the rules speak of. */
function toSchema(names: readonly string[], rules: Rules): Schema {
  const all = new Set([...names, rules.anchor, ...Object.keys(rules.columns)])
  return [...all]
    .filter((name) => name !== '')
    .map((name) => ({ name, type: types[rules.columns[name]?.type ?? 'string'] }))
}

type ToolsProps = { readonly source: Source; readonly samples: readonly Sample[]; readonly sample: Sample | undefined }

/** On which record rules are tried, and what would become of it as a whole. */
function Tools({ source, samples, sample }: ToolsProps) {
  const { t } = useTranslation('sourceRules')
  const navigate = route.useNavigate()
  const [isOpen, setOpen] = useState(false)
  if (sample === undefined) return <p className={styles.quiet}>{t('sample.none')}</p>
  const hasRules = source.draftRevision !== null || source.liveRevision !== null
  return (
    <div className={styles.tools}>
      <span className={styles.quiet}>{t('sample.label')}</span>
      <Select
        aria-label={t('sample.label')}
        allowDeselect={false}
        searchable
        data={samples.map(({ id, name }) => ({ value: id, label: name === null ? id : `${name} (${id})` }))}
        value={sample.id}
        onChange={(id) => void navigate({ search: (before) => ({ ...before, try: id ?? undefined }), replace: true })}
      />
      {hasRules && (
        <Button leftSection={<icons.eye size={14} />} onClick={() => setOpen(true)}>
          {t('preview.open')}
        </Button>
      )}
      <PreviewPanel source={source} sample={sample} isOpen={isOpen} onClose={() => setOpen(false)} />
    </div>
  )
}
