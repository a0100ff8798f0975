import { ActionIcon, Button, Popover } from '@mantine/core'
import { Link, type LinkProps } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { usePolling } from '../api/live.ts'
import { useChange, useOrganizationSlug, usePages, type EntryOf } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { icons } from '../ui/icons.tsx'
import { Time } from '../ui/time.tsx'
import { linkOfId } from './id-links.ts'
import styles from './notices-menu.module.css'
import { useNoticeWords } from './use-notice-words.ts'

export type Notice = EntryOf<'listNotices'>

const shownMax = 20

/** What administrators should know and nobody has acknowledged: each with the way there, and away. */
export function NoticesMenu() {
  const { t } = useTranslation('notices')
  const [isOpen, setOpen] = useState(false)
  const query = { open: 'true' as const, limit: shownMax }
  const { rows, query: asked } = usePages('listNotices', { query }, { refetchInterval: usePolling(true) })
  const label = rows.length === 0 ? t('none') : t('count', { count: rows.length })
  return (
    <Popover width={400} position="bottom-end" opened={isOpen} onChange={setOpen} trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon size={36} aria-label={label} title={label} onClick={() => setOpen((before) => !before)}>
          <icons.bell size={18} />
          {rows.length > 0 && (
            // The label says the number in whole words; here it is a mark.
            <span className={styles.count} data-count={rows.length > 9 ? '9+' : rows.length} aria-hidden="true" />
          )}
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('title')} className={styles.dropdown}>
        {rows.length === 0 && <p className={styles.none}>{t('none')}</p>}
        <ul className={styles.list}>
          {rows.map((notice) => (
            <NoticeLine key={notice.id} notice={notice} onFollow={() => setOpen(false)} />
          ))}
        </ul>
        {asked.hasNextPage && <p className={styles.none}>{t('more')}</p>}
      </Popover.Dropdown>
    </Popover>
  )
}

function NoticeLine({ notice, onFollow }: { readonly notice: Notice; onFollow(): void }) {
  const { t } = useTranslation('notices')
  const can = useCan()
  const words = useNoticeWords()(notice)
  const link = linkOfNotice(useOrganizationSlug(), notice)
  const acknowledge = useChange('acknowledgeNotice', { stale: ['listNotices', 'getOverview'] })
  return (
    <li className={styles.entry}>
      <p>{words}</p>
      <div className={styles.foot}>
        <span className={styles.quiet}>
          <Time at={notice.createdAt} />
        </span>
        {link !== undefined && (
          <Link {...link} className={styles.open} aria-label={t('openOf', { words })} onClick={onFollow}>
            {t('open')}
          </Link>
        )}
        {can('keys:manage') && (
          <Button
            size="compact-xs"
            aria-label={t('seenOf', { words })}
            loading={acknowledge.isPending}
            onClick={() => acknowledge.mutate({ params: { notice: notice.id } })}
          >
            {t('seen')}
          </Button>
        )}
      </div>
    </li>
  )
}

/** The page of what it is about. Keys have none: their accounts do. */
function linkOfNotice(organization: string, notice: Notice): LinkProps | undefined {
  const { webhookId, holdId, appId, sourceId, identityProviderId, keyId } = notice
  const id = webhookId ?? holdId ?? appId ?? sourceId ?? identityProviderId
  if (id !== null) return linkOfId(organization, id)
  return keyId === null ? undefined : { to: '/$organization/service-accounts', params: { organization } }
}
