import { ActionIcon, Menu } from '@mantine/core'
import { Link, type LinkProps } from '@tanstack/react-router'
import type { RouteId } from '@rollcall/admin-api'
import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { toUrl } from '../api/call.ts'
import { routeTable } from 'virtual:routes'
import { icons } from './icons.tsx'
import { JsonDialog } from './json-dialog.tsx'
import styles from './page-header.module.css'
import { showToast } from './toast.ts'

/** How other programs get what the page shows. */
export type PageSource = {
  readonly route: RouteId
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  /** What follows `rollcall`: `person show --organization acme usr_…`. */
  readonly cli?: string
  /** The answer, when it is at hand. */
  readonly json?: unknown
}

type PageHeaderProps = {
  /** Name of the thing first: it is the title of the window too. */
  readonly title: string
  readonly crumbs?: readonly { readonly label: string; readonly link: LinkProps }[]
  /** Beside the title, such as a state. */
  readonly mark?: ReactNode
  readonly lead?: ReactNode
  readonly actions?: ReactNode
  readonly source?: PageSource
}

/** The head of a page: where one is, what it is, what can be done. */
export function PageHeader({ title, crumbs = [], mark, lead, actions, source }: PageHeaderProps) {
  const { t } = useTranslation()
  useEffect(() => {
    document.title = `${title} · Rollcall`
  }, [title])
  return (
    <header className={styles.header}>
      {crumbs.length > 0 && (
        <nav className={styles.crumbs} aria-label={t('breadcrumbs')}>
          {crumbs.map(({ label, link }, index) => (
            <span key={label} className={styles.crumb}>
              {index > 0 && <icons.right size={12} />}
              <Link {...link}>{label}</Link>
            </span>
          ))}
        </nav>
      )}
      <div className={styles.line}>
        <h1 className={styles.title}>{title}</h1>
        {mark}
        <div className={styles.actions}>
          {actions}
          <MoreMenu {...(source !== undefined && { source })} />
        </div>
      </div>
      {lead !== undefined && <div className={styles.lead}>{lead}</div>}
    </header>
  )
}

/** Copy link, View as JSON, Copy CLI, Copy curl. */
function MoreMenu({ source }: { readonly source?: PageSource }) {
  const { t } = useTranslation()
  const [isJsonOpen, setJsonOpen] = useState(false)
  const copy = (text: string): void =>
    void navigator.clipboard.writeText(text).then(() => showToast({ tone: 'good', text: t('copied') }))
  return (
    <>
      <Menu>
        <Menu.Target>
          <ActionIcon size={32} variant="default" aria-label={t('more')} title={t('more')}>
            <icons.more />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<icons.link />} onClick={() => copy(location.href)}>
            {t('copyLink')}
          </Menu.Item>
          {source?.json !== undefined && (
            <Menu.Item leftSection={<icons.code />} onClick={() => setJsonOpen(true)}>
              {t('viewJson')}
            </Menu.Item>
          )}
          {source?.cli !== undefined && (
            <Menu.Item leftSection={<icons.terminal />} onClick={() => copy(`rollcall ${source.cli ?? ''}`)}>
              {t('copyCli')}
            </Menu.Item>
          )}
          {source !== undefined && (
            <Menu.Item leftSection={<icons.terminal />} onClick={() => copy(toCurl(source))}>
              {t('copyCurl')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {source?.json !== undefined && (
        <JsonDialog value={source.json} isOpen={isJsonOpen} onClose={() => setJsonOpen(false)} />
      )}
    </>
  )
}

/** Keys are not known here: whoever runs it has his own in the environment. */
function toCurl({ route, params = {}, query = {} }: PageSource): string {
  const [method] = routeTable[route]
  const verb = method === 'GET' ? '' : ` -X ${method}`
  const url = toUrl(route, { params, query })
  return `curl${verb} '${url.replaceAll("'", '%27')}' -H "Authorization: Bearer $ROLLCALL_KEY"`
}
