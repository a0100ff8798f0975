import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { usePages, type EntryOf } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Section } from '../ui/page.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import type { Plan } from './plan-page.tsx'
import styles from './plans.module.css'

type Team = EntryOf<'listAppPlanMembers'>

/** Who would enter and leave which group. */
export function PlanMembers({ app, plan }: { readonly app: string; readonly plan: Plan }) {
  const { t } = useTranslation('plans')
  const { rows, query } = usePages('listAppPlanMembers', { params: { app, plan: plan.id } })
  if (query.isPending) return <Skeletons />
  if (query.isError) return <ErrorBlock error={query.error} onRetry={() => void query.refetch()} />
  if (rows.length === 0) return <EmptyState icon="teams" title={t('members.none')} />
  return (
    <>
      {rows.map((row) => (
        <TeamMembers key={row.team.id} row={row} />
      ))}
      {query.hasNextPage && (
        <Button onClick={() => void query.fetchNextPage()} loading={query.isFetchingNextPage}>
          {t('members.more')}
        </Button>
      )}
    </>
  )
}

function TeamMembers({ row }: { readonly row: Team }) {
  const { t } = useTranslation('plans')
  const { number } = useFormats()
  const numbers = {
    present: number(row.present),
    joining: number(row.joining),
    leaving: number(row.leaving + row.leavingApp),
  }
  return (
    <Section title={row.team.name ?? row.team.id}>
      <p className={styles.facts}>
        <span>{t('members.numbers', numbers)}</span>
        {row.targetKey === null && <StateChip tone="good">{t('members.made')}</StateChip>}
        {row.isHeld && <StateChip tone="warn">{t('members.held')}</StateChip>}
      </p>
      <Names sign="+" people={row.joins} />
      <Names sign="−" people={row.leaves} />
    </Section>
  )
}

function Names({ sign, people }: { readonly sign: '+' | '−'; readonly people: Team['joins'] }) {
  if (people.length === 0) return null
  return (
    <ul className={styles.chips}>
      {people.map(({ id, name }, index) => (
        <li key={id ?? index} data-sign={sign}>
          {sign} {name ?? id}
        </li>
      ))}
    </ul>
  )
}
