import { Button, Menu } from '@mantine/core'
import { useState, type ChangeEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, usePages, useRoute, type EntryOf } from '../api/queries.ts'
import { download } from '../ui/csv.ts'
import { DiffTable } from '../ui/diff-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { icons } from '../ui/icons.tsx'
import { Section } from '../ui/page.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { Time } from '../ui/time.tsx'
import { showToast } from '../ui/toast.ts'
import type { AppView } from './rules-page.tsx'
import styles from './rules.module.css'

type Revision = EntryOf<'listAppRevisions'>

const stale = ['getApp', 'getAppRules', 'listAppRevisions', 'diffAppRules'] as const
const formats = ['yaml', 'json', 'entra'] as const
const tones = { live: 'good', draft: 'info', past: 'quiet' } as const

type HistoryProps = { readonly app: AppView; readonly isReadOnly: boolean }

/** All versions: what each changed, who made it, and the way back. Files go in and out here too. */
export function HistoryTab({ app, isReadOnly }: HistoryProps) {
  const { t } = useTranslation('rules')
  const { t: tc } = useTranslation()
  const { rows, query } = usePages('listAppRevisions', { params: { app: app.id } })
  if (query.isPending) return <Skeletons />
  if (query.isError) return <ErrorBlock error={query.error} onRetry={() => void query.refetch()} />
  return (
    <>
      <Files app={app} isReadOnly={isReadOnly} revision={rows[0]} />
      {rows.length === 0 ? (
        <EmptyState icon="clock" title={t('history.none')}>
          {t('history.noneText')}
        </EmptyState>
      ) : (
        <ol className={styles.revisions}>
          {rows.map((revision, index) => (
            <li key={revision.revision}>
              <RevisionEntry app={app} revision={revision} before={rows[index + 1]} isReadOnly={isReadOnly} />
            </li>
          ))}
        </ol>
      )}
      {query.hasNextPage && (
        <Button onClick={() => void query.fetchNextPage()} loading={query.isFetchingNextPage}>
          {t('more')}
        </Button>
      )}
      <span className={styles.quiet}>{query.isFetching ? tc('loading') : ''}</span>
    </>
  )
}

type EntryProps = HistoryProps & { readonly revision: Revision; readonly before: Revision | undefined }

function RevisionEntry({ app, revision, before, isReadOnly }: EntryProps) {
  const { t } = useTranslation('rules')
  const [isOpen, setOpen] = useState(false)
  const restore = useChange('restoreAppRules', { stale })
  const { revision: number, state, note, createdBy, createdAt } = revision
  return (
    <Section
      title={t('revision', { revision: number })}
      actions={
        <>
          {before !== undefined && (
            <Button size="xs" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
              {isOpen ? t('history.hide') : t('history.compare', { revision: before.revision })}
            </Button>
          )}
          {!isReadOnly && state === 'past' && (
            <Button
              size="xs"
              loading={restore.isPending}
              onClick={() =>
                restore.mutate(
                  { params: { app: app.id }, body: { revision: number } },
                  { onSuccess: () => showToast({ tone: 'good', text: t('history.restored', { revision: number }) }) },
                )
              }
            >
              {t('history.restore')}
            </Button>
          )}
        </>
      }
    >
      <p className={styles.revision}>
        <StateChip tone={tones[state]}>{t(`revisionState.${state}`)}</StateChip>
        <span>{createdBy}</span>
        <Time at={createdAt} />
        {note !== null && <span className={styles.quiet}>{note}</span>}
      </p>
      {restore.isError && <ErrorBlock error={restore.error} />}
      {isOpen && before !== undefined && <Changes app={app} from={before.revision} to={number} />}
    </Section>
  )
}

function Changes({ app, from, to }: { readonly app: AppView; readonly from: number; readonly to: number }) {
  const { t } = useTranslation('rules')
  const query = { from: String(from), to: String(to) }
  const { data, error, refetch } = useRoute('diffAppRules', { params: { app: app.id }, query })
  if (error !== null) return <ErrorBlock error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeletons />
  if (data.changes.length === 0) return <p className={styles.quiet}>{t('history.same')}</p>
  return (
    <DiffTable
      label={t('history.compare', { revision: from })}
      rows={data.changes.map(({ field, before, after }) => ({ path: field, before, after }))}
    />
  )
}

function Files({ app, isReadOnly, revision }: HistoryProps & { readonly revision: Revision | undefined }) {
  const { t } = useTranslation('rules')
  const [wanted, setWanted] = useState<(typeof formats)[number]>()
  return (
    <div className={styles.tools}>
      {revision !== undefined && (
        <Menu position="bottom-start">
          <Menu.Target>
            <Button leftSection={<icons.download size={14} />}>{t('file.export')}</Button>
          </Menu.Target>
          <Menu.Dropdown>
            {formats.map((format) => (
              <Menu.Item key={format} onClick={() => setWanted(format)}>
                {t(`file.format.${format}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      {wanted !== undefined && revision !== undefined && (
        <Exported key={wanted} app={app} format={wanted} revision={revision.revision} />
      )}
      {!isReadOnly && <Import app={app} />}
    </div>
  )
}

type ExportedProps = {
  readonly app: AppView
  readonly format: (typeof formats)[number]
  readonly revision: number
}

/** The file, and what its format cannot say. */
function Exported({ app, format, revision }: ExportedProps) {
  const { t } = useTranslation('rules')
  const query = { revision: String(revision), format }
  const { data, error } = useRoute('exportAppRules', { params: { app: app.id }, query })
  if (error !== null) return <ErrorBlock error={error} />
  if (data === undefined) return null
  const name = `rules-${revision}.${format === 'yaml' ? 'yaml' : 'json'}`
  return (
    <>
      <Button variant="filled" onClick={() => download(name, data.text, 'text/plain;charset=utf-8')}>
        {t('file.save', { name })}
      </Button>
      {data.lost.length > 0 && <Lost lost={data.lost} />}
    </>
  )
}

function Lost({ lost }: { readonly lost: readonly string[] }) {
  const { t } = useTranslation('rules')
  return (
    <details className={styles.lost}>
      <summary>{t('file.lost', { count: lost.length })}</summary>
      <ul>
        {lost.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </details>
  )
}

function Import({ app }: { readonly app: AppView }) {
  const { t } = useTranslation('rules')
  const load = useChange('importAppRules', { stale })
  const take = async (event: ChangeEvent<HTMLInputElement>): Promise<void> => {
    const file = event.currentTarget.files?.[0]
    event.currentTarget.value = ''
    if (file === undefined) return
    const text = await file.text()
    const body = { text, format: detect(file.name, text) } as const
    load.mutate(
      { params: { app: app.id }, body },
      { onSuccess: () => showToast({ tone: 'good', text: t('file.imported') }) },
    )
  }
  return (
    <>
      <label className={styles.file}>
        <input type="file" accept=".json,.yaml,.yml" onChange={(event) => void take(event)} />
        <icons.upload size={14} />
        {t('file.import')}
      </label>
      {load.data !== undefined && load.data.lost.length > 0 && <Lost lost={load.data.lost} />}
      {load.isError && <ErrorBlock error={load.error} />}
    </>
  )
}

/** A synchronizationSchema of Microsoft Graph is known by its members. */
function detect(name: string, text: string): (typeof formats)[number] {
  if (/\.ya?ml$/i.test(name)) return 'yaml'
  return text.includes('"synchronizationRules"') || text.includes('"objectMappings"') ? 'entra' : 'json'
}
