import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, usePages, type EntryOf } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import type { Column } from '../ui/data-table.tsx'
import { Time } from '../ui/time.tsx'
import { useEngineReasons } from '../ui/use-engine-reasons.ts'
import { LogStatus } from './log-status.tsx'
import { useShortDuration } from './use-short-duration.ts'

type Entry = EntryOf<'listProvisioningLog'>

/** Names of apps by their id. */
export function useAppNames(): ReadonlyMap<string, string> {
  const { rows } = usePages('listApps')
  return useMemo(() => new Map(rows.map(({ id, name }) => [id, name])), [rows])
}

/** What a line of the log is about: a person, a team, or the app as a whole. */
export function useObjectName(): (entry: Pick<Entry, 'object' | 'target'>) => string {
  const { t } = useTranslation('logs')
  return ({ object, target }) => (object === null ? t('wholeApp') : (object.name ?? target.name ?? object.id))
}

export function useLogColumns(names: ReadonlyMap<string, string>, withApp: boolean): readonly Column<Entry>[] {
  const { t } = useTranslation('logs')
  const organization = useOrganizationSlug()
  const nameOf = useObjectName()
  const ending = useOutcomeColumns()
  const app: Column<Entry> = {
    id: 'app',
    header: t('column.app'),
    width: 'minmax(120px, 1fr)',
    cell: ({ appId }) => (
      <Link to="/$organization/apps/$app" params={{ organization, app: appId }} tabIndex={-1}>
        {names.get(appId) ?? appId}
      </Link>
    ),
    text: ({ appId }) => names.get(appId) ?? appId,
  }
  return [
    {
      id: 'at',
      header: t('column.at'),
      width: '130px',
      cell: ({ at }) => <Time at={at} />,
      text: ({ at }) => at,
    },
    { id: 'object', header: t('column.object'), width: 'minmax(160px, 1.4fr)', cell: nameOf, text: nameOf },
    ...(withApp ? [app] : []),
    ...ending,
  ]
}

/** What was done, how it went, and why. */
function useOutcomeColumns(): readonly Column<Entry>[] {
  const { t } = useTranslation('logs')
  const duration = useShortDuration()
  const formats = useFormats()
  const reasonWords = useEngineReasons()
  return [
    {
      id: 'action',
      header: t('column.action'),
      width: '130px',
      cell: ({ action }) => t(`action.${action}`),
      text: ({ action }) => action,
    },
    {
      id: 'status',
      header: t('column.status'),
      width: '130px',
      cell: ({ status }) => <LogStatus status={status} />,
      text: ({ status }) => status,
    },
    {
      id: 'reason',
      header: t('column.reason'),
      width: 'minmax(200px, 2fr)',
      cell: ({ explanation, reason }) => reasonWords(reason, explanation).meaning,
      text: ({ reason }) => reason,
    },
    {
      id: 'changes',
      header: t('column.changes'),
      width: '90px',
      isNumeric: true,
      cell: ({ modified }) => formats.number(modified.length),
      text: ({ modified }) => String(modified.length),
    },
    {
      id: 'duration',
      header: t('column.duration'),
      width: '90px',
      isNumeric: true,
      cell: ({ durationMs }) => (durationMs === null ? '–' : duration(durationMs)),
      text: ({ durationMs }) => String(durationMs ?? ''),
    },
  ]
}
