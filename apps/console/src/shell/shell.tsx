import { ActionIcon, Drawer } from '@mantine/core'
import { useRouterState } from '@tanstack/react-router'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { icons } from '../ui/icons.tsx'
import { LoadingBar } from './loading-bar.tsx'
import { MeMenu } from './me-menu.tsx'
import { OrganizationMenu } from './organization-menu.tsx'
import { Rail } from './rail.tsx'
import styles from './shell.module.css'
import { StepUpDialog } from './step-up-dialog.tsx'
import { Toasts } from './toasts.tsx'

/** What never goes away: rail on the left, bar on top. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation()
  const [isRailOpen, setRailOpen] = useState(false)
  const path = useRouterState({ select: ({ location }) => location.pathname })
  const main = useRef<HTMLElement>(null)
  const shownPath = useRef(path)
  useEffect(() => {
    setRailOpen(false)
    // A new page is read from its beginning, with the keyboard and by screen readers too.
    if (shownPath.current !== path) main.current?.focus({ preventScroll: true })
    shownPath.current = path
  }, [path])
  return (
    <div className={styles.shell}>
      <a
        className={styles.skip}
        href="#main"
        onClick={(event) => {
          event.preventDefault()
          main.current?.focus()
        }}
      >
        {t('shell.skip')}
      </a>
      <header className={styles.bar}>
        <ActionIcon className={styles.burger} aria-label={t('shell.openNavigation')} onClick={() => setRailOpen(true)}>
          <icons.menu size={20} />
        </ActionIcon>
        <OrganizationMenu />
        <div className={styles.right}>
          <MeMenu />
        </div>
      </header>
      <div className={styles.rail}>
        <Rail />
      </div>
      <Drawer
        opened={isRailOpen}
        onClose={() => setRailOpen(false)}
        position="left"
        size={264}
        title={t('shell.navigation')}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        <Rail />
      </Drawer>
      <main id="main" ref={main} className={styles.main} tabIndex={-1}>
        {children}
      </main>
      <LoadingBar />
      <Toasts />
      <StepUpDialog />
    </div>
  )
}
