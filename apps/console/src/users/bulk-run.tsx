import { ActionIcon, Button, Modal } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useChange, useOrganizationSlug, usePages, useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { icons } from '../ui/icons.tsx'
import { LiveRegion } from '../ui/live-region.tsx'
import { Progress } from '../ui/progress.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import styles from './users.module.css'

type Run = RouteAnswer<'getRun'>

/** While it runs. */
const pollMs = 1_000

type BulkRunProps = { readonly id: string; onChange(run: string | undefined): void }

/** How far an act on many is, what it came to, whom it left out, and the way back. */
export function BulkRun({ id, onChange }: BulkRunProps) {
  const { t } = useTranslation('users')
  const { t: common } = useTranslation()
  const client = useQueryClient()
  const [isMoving, setMoving] = useState(true)
  const { data: run, error } = useRoute('getRun', { params: { run: id } }, { refetchInterval: isMoving && pollMs })
  const isOver = run?.state === 'done' || run?.state === 'failed'
  useEffect(() => setMoving(!isOver), [isOver])
  useEffect(() => {
    if (isOver)
      for (const route of ['listPeople', 'getPerson', 'listInvitations', 'listTeams', 'listTeamMembers'])
        void client.invalidateQueries({ queryKey: [route] })
  }, [client, isOver])
  return (
    <section className={styles.run} aria-label={t('bulk.run')}>
      {error !== null && <ErrorBlock error={error} />}
      {run !== undefined && !isOver && (
        <div className={styles.runProgress}>
          <Progress label={t('bulk.running')} done={run.done} total={run.total ?? undefined} />
        </div>
      )}
      {run !== undefined && isOver && <Outcome run={run} onChange={onChange} />}
      <ActionIcon aria-label={common('close')} onClick={() => onChange(undefined)}>
        <icons.close />
      </ActionIcon>
    </section>
  )
}

function Outcome({ run, onChange }: { readonly run: Run; onChange(run: string | undefined): void }) {
  const { t } = useTranslation('users')
  const can = useCan()
  const wordsOf = useWords()
  const [isAsked, ask] = useState(false)
  const undo = useChange('undoPeopleAct', { stale: ['listRuns'] })
  const words = wordsOf(run)
  const canUndo =
    run.kind === 'people.act' &&
    can('people:manage') &&
    numberOf(run, 'changed') > 0 &&
    actOf(run) !== 'resendInvitation' &&
    (actOf(run) !== 'addToTeam' || can('teams:manage'))
  return (
    <>
      <p className={styles.runWords}>
        {run.state === 'done' ? <icons.good /> : <icons.error />} {words}
      </p>
      <LiveRegion text={words} />
      {numberOf(run, 'failed') > 0 && <Button onClick={() => ask(true)}>{t('bulk.whoFailed')}</Button>}
      {canUndo && (
        <Button
          leftSection={<icons.retry />}
          loading={undo.isPending}
          onClick={() => undo.mutate({ params: { run: run.id } }, { onSuccess: ({ id }) => onChange(id) })}
        >
          {t('bulk.undo')}
        </Button>
      )}
      {undo.isError && <ErrorBlock error={undo.error} />}
      {isAsked && <LeftOut run={run.id} onClose={() => ask(false)} />}
    </>
  )
}

/** What a run leaves behind is open data; those of acts on people leave these members. */
function numberOf({ result }: Run, name: string): number {
  return Number(result?.[name] ?? 0)
}

function actOf({ result }: Run): string {
  return typeof result?.['act'] === 'string' ? result['act'] : ''
}

const told = ['suspend', 'reactivate', 'addToTeam', 'resendInvitation'] as const

function useWords(): (run: Run) => string {
  const { t } = useTranslation('users')
  const formats = useFormats()
  return (run) => {
    const numbers = (name: string) => ({ count: numberOf(run, name), number: formats.number(numberOf(run, name)) })
    if (run.state === 'failed') return run.error ?? t('bulk.failed')
    if (run.kind === 'people.undo')
      return [
        t('bulk.undone', numbers('changed')),
        ...(numberOf(run, 'left') > 0 ? [t('bulk.left', numbers('left'))] : []),
      ].join(' ')
    const act = told.find((name) => name === actOf(run))
    if (act === undefined) return t('bulk.sent', { count: run.done, number: formats.number(run.done) })
    return [
      t(`bulk.did.${act}`, numbers('changed')),
      ...(numberOf(run, 'unchanged') > 0 ? [t('bulk.unchanged', numbers('unchanged'))] : []),
      ...(numberOf(run, 'failed') > 0 ? [t('bulk.leftOut', numbers('failed'))] : []),
    ].join(' ')
  }
}

/** Whoever was left out, by name, and why. */
function LeftOut({ run, onClose }: { readonly run: string; onClose(): void }) {
  const { t } = useTranslation('users')
  const { t: common } = useTranslation()
  const organization = useOrganizationSlug()
  const { rows, query } = usePages('listPeopleActItems', { params: { run }, query: { outcome: 'failed' } })
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t('bulk.whoFailed')}
      closeButtonProps={{ 'aria-label': common('close') }}
    >
      {query.isPending && <Skeletons />}
      {query.isError && <ErrorBlock error={query.error} onRetry={() => void query.refetch()} />}
      <ul className={styles.places}>
        {rows.map(({ userId, name, code, detail }) => (
          <li key={userId} className={styles.place}>
            <Link className={styles.placeName} to="/$organization/users/$user" params={{ organization, user: userId }}>
              {name ?? userId}
            </Link>
            <span>{isKnown(code) ? t(`bulk.why.${code}`) : (detail ?? code)}</span>
          </li>
        ))}
      </ul>
      {query.hasNextPage && <Button onClick={() => void query.fetchNextPage()}>{t('bulk.more')}</Button>}
    </Modal>
  )
}

const knownCodes = [
  'locked',
  'yourself',
  'builtInAccount',
  'personDeleted',
  'lastOwner',
  'managed',
  'ruled',
  'notPending',
  'invitationNotFound',
  'invitationsOff',
] as const

function isKnown(code: string | null): code is (typeof knownCodes)[number] {
  return knownCodes.some((known) => known === code)
}
