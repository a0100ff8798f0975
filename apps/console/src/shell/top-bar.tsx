import { ActionIcon, Kbd, Menu, Tooltip, UnstyledButton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { serverUrl } from '../api/place.ts'
import { usePolling } from '../api/live.ts'
import { usePages } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import { icons } from '../ui/icons.tsx'
import { Time } from '../ui/time.tsx'
import { MeMenu } from './me-menu.tsx'
import { NoticesMenu } from './notices-menu.tsx'
import { OrganizationMenu } from './organization-menu.tsx'
import { commandKey } from './shortcuts.tsx'
import styles from './top-bar.module.css'

type TopBarProps = { openNavigation(): void; openPalette(): void; openSheet(): void }

/** Where one is, the way to everything, what goes on, what wants attention, help, and who one is. */
export function TopBar({ openNavigation, openPalette, openSheet }: TopBarProps) {
  const { t } = useTranslation()
  const can = useCan()
  return (
    <header className={styles.bar}>
      <ActionIcon className={styles.burger} aria-label={t('shell.openNavigation')} onClick={openNavigation}>
        <icons.menu size={20} />
      </ActionIcon>
      <OrganizationMenu />
      <UnstyledButton className={styles.search} onClick={openPalette} aria-keyshortcuts="Control+K Meta+K">
        <icons.search />
        <span className={styles.words}>{t('palette.button')}</span>
        <span className={styles.keys} aria-hidden="true">
          <Kbd size="xs">{commandKey}</Kbd>
          <Kbd size="xs">K</Kbd>
        </span>
      </UnstyledButton>
      <div className={styles.right}>
        <RunningRuns />
        {can('keys:read') && <NoticesMenu />}
        <HelpMenu openSheet={openSheet} />
        <MeMenu />
      </div>
    </header>
  )
}

/** Long work that goes on now; nothing when there is none. */
function RunningRuns() {
  const { t } = useTranslation()
  const formats = useFormats()
  const { rows } = usePages(
    'listRuns',
    { query: { state: 'running', limit: 20 } },
    { refetchInterval: usePolling(true) },
  )
  if (rows.length === 0) return null
  return (
    <Menu width={320}>
      <Menu.Target>
        <UnstyledButton className={styles.runs}>
          <span className={styles.pulse} aria-hidden="true" />
          {t('shell.runs', { count: rows.length })}
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {rows.map(({ id, kind, done, total, startedAt }) => (
          <div key={id} className={styles.entry}>
            <code>{kind}</code>
            <span className={styles.quiet}>
              {total === null
                ? formats.number(done)
                : t('progress.of', { done: formats.number(done), total: formats.number(total) })}
              {' · '}
              <Time at={startedAt} />
            </span>
          </div>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

function HelpMenu({ openSheet }: { openSheet(): void }) {
  const { t } = useTranslation()
  return (
    <Menu width={220}>
      <Menu.Target>
        <Tooltip label={t('shell.help')}>
          <ActionIcon size={36} aria-label={t('shell.help')}>
            <icons.help size={18} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<icons.table />} onClick={openSheet}>
          {t('shortcuts.title')}
        </Menu.Item>
        <Menu.Item component="a" href={`${serverUrl}/docs`} leftSection={<icons.code />}>
          {t('shell.apiDocs')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
