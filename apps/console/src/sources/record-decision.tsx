import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { RouteAnswer, RouteBody } from '@rollcall/admin-api'
import { call } from '../api/call.ts'
import { useChange, useOrganizationSlug } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { showToast, tellOutcome } from '../ui/toast.ts'
import styles from './sources.module.css'

type RecordDecisionProps = { readonly sourceId: string; readonly record: RouteAnswer<'getSourceRecord'> }
type Choice = Omit<RouteBody<'decideSourceRecord'>, 'anchor'>

const undecided = new Set(['ambiguous', 'taken', 'asked'])
const decided = new Set(['confirmed', 'ignored'])
const stale = ['listSourceRecords', 'getSourceRecord', 'listSourceDecisions'] as const

/** Says whose a record is that rules alone cannot tell; holds until it is undone. */
export function RecordDecision({ sourceId, record }: RecordDecisionProps) {
  const { t } = useTranslation('sources')
  const can = useCan()
  const decide = useDecision(sourceId, record.anchor)
  if (!can('sources:run')) return null
  if (decided.has(record.situation))
    return (
      <section>
        <h3>{t('decision.title')}</h3>
        <p>{t(`decision.${record.situation}`)}</p>
        <Button onClick={decide.undo}>{t('decision.undo')}</Button>
      </section>
    )
  if (!undecided.has(record.situation)) return null
  return (
    <section>
      <h3>{t('decision.title')}</h3>
      <p>{t(`decision.${record.situation}`)}</p>
      <Candidates
        sourceId={sourceId}
        anchor={record.anchor}
        onChoose={(person) => decide.take({ decision: 'link', person })}
      />
      <div className={styles.buttons}>
        <Button onClick={() => decide.take({ decision: 'create' })}>{t('decision.create')}</Button>
        <Button onClick={() => decide.take({ decision: 'ignore' })}>{t('decision.ignore')}</Button>
      </div>
      {decide.error !== null && <ErrorBlock error={decide.error} />}
    </section>
  )
}

function useDecision(sourceId: string, anchor: string) {
  const { t } = useTranslation('sources')
  const decide = useChange('decideSourceRecord', { stale })
  const undo = useChange('undoSourceDecision', { stale })
  const params = { source: sourceId }
  const undoNow = (): void => tellOutcome(undo.mutateAsync({ params, body: { anchor } }), () => t('decision.undone'))
  const take = (choice: Choice): void =>
    decide.mutate(
      { params, body: { anchor, ...choice } },
      {
        onSuccess: () =>
          showToast({ tone: 'good', text: t('decision.saved'), action: { label: t('decision.undo'), run: undoNow } }),
      },
    )
  return { take, undo: undoNow, error: decide.error }
}

type CandidatesProps = { readonly sourceId: string; readonly anchor: string; onChoose(person: string): void }

/** Whom the record might be, by name. */
function Candidates({ sourceId, anchor, onChoose }: CandidatesProps) {
  const { t } = useTranslation('sources')
  const organization = useOrganizationSlug()
  const params = { organization, source: sourceId }
  const { data, error } = useQuery({
    queryKey: ['previewSourceRecord', params, anchor],
    // Asked with POST, and changes nothing.
    queryFn: ({ signal }) => call('previewSourceRecord', { params, body: { anchor, revision: 'live' } }, { signal }),
  })
  if (error !== null) return <ErrorBlock error={error} />
  return (
    <ul className={styles.candidates}>
      {data?.candidates.map(({ id, name }) => (
        <li key={id} className={styles.candidate}>
          <Link to="/$organization/users/$user" params={{ organization, user: id }}>
            {name ?? id}
          </Link>
          <Button size="compact-sm" onClick={() => onChoose(id)}>
            {t('decision.link')}
          </Button>
        </li>
      ))}
    </ul>
  )
}
