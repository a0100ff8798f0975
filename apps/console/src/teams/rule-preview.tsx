import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RouteAnswer, RouteBody } from '@rollcall/admin-api'
import { useChange, useRoute } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { LiveRegion } from '../ui/live-region.tsx'
import styles from './teams.module.css'

type Run = RouteAnswer<'getRun'>

/** While a run counts. */
const countingMs = 500
const namesMax = 20

/** Whom a rule would bring in and take out, by name, before it decides anything. */
export function RulePreview({ team, rule }: { readonly team: string; readonly rule: RouteBody<'previewTeamRule'> }) {
  const { t } = useTranslation('teams')
  const [runId, setRunId] = useState<string>()
  const [isRunning, setRunning] = useState(false)
  const preview = useChange('previewTeamRule', { stale: [] })
  const { data: run } = useRoute(
    'getRun',
    { params: { run: runId ?? '' } },
    { enabled: runId !== undefined, refetchInterval: isRunning && countingMs },
  )
  const isOver = run?.state === 'done' || run?.state === 'failed'
  if (isOver && isRunning) setRunning(false)
  const begin = (): void =>
    preview.mutate(
      { params: { team }, body: rule },
      {
        onSuccess: ({ id }) => {
          setRunId(id)
          setRunning(true)
        },
      },
    )
  return (
    <div className={styles.fields}>
      <div>
        <Button onClick={begin} loading={preview.isPending || isRunning}>
          {t('rule.preview')}
        </Button>
      </div>
      {preview.isError && <ErrorBlock error={preview.error} />}
      {run?.state === 'failed' && <p className={styles.notice}>{run.error}</p>}
      {run?.state === 'done' && <Outcome run={run} />}
    </div>
  )
}

function Outcome({ run }: { readonly run: Run }) {
  const { t } = useTranslation('teams')
  const formats = useFormats()
  const { entering, leaving, staying } = numbersOf(run)
  const summary = t('rule.would', {
    entering: formats.number(entering),
    leaving: formats.number(leaving),
    staying: formats.number(staying),
  })
  return (
    <div className={styles.fields}>
      <strong>{summary}</strong>
      <LiveRegion text={summary} />
      <Names title={t('rule.enteringNames')} names={namesOf(run, 'entering')} />
      <Names title={t('rule.leavingNames')} names={namesOf(run, 'leaving')} />
    </div>
  )
}

function Names({ title, names }: { readonly title: string; readonly names: readonly string[] }) {
  const formats = useFormats()
  if (names.length === 0) return null
  return (
    <p className={styles.moved}>
      {title}: {formats.list(names.slice(0, namesMax))}
    </p>
  )
}

/** What a run leaves behind is open data; this kind of run leaves these members. */
function numbersOf({ result }: Run): { readonly entering: number; readonly leaving: number; readonly staying: number } {
  const number = (name: string): number => Number(result?.[name] ?? 0)
  return { entering: number('entering'), leaving: number('leaving'), staying: number('staying') }
}

function namesOf({ result }: Run, side: 'entering' | 'leaving'): readonly string[] {
  const names: unknown = result?.['names']
  if (typeof names !== 'object' || names === null || !(side in names)) return []
  const list: unknown = Reflect.get(names, side)
  return Array.isArray(list) ? list.map((one: unknown) => toName(one)) : []
}

function toName(one: unknown): string {
  if (typeof one !== 'object' || one === null) return ''
  const name: unknown = Reflect.get(one, 'name') ?? Reflect.get(one, 'userId')
  return typeof name === 'string' ? name : ''
}
