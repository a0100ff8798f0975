import { Button, Menu } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, useOrganizationSlug } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { icons } from '../ui/icons.tsx'
import { showToast, tellOutcome } from '../ui/toast.ts'
import { PauseDialog } from './pause-dialog.tsx'
import { TestDialog } from './test-dialog.tsx'

type App = RouteAnswer<'getApp'>
type Asked = 'pause' | 'stop' | 'restart' | 'test'

const stale = ['getApp', 'listApps', 'getAppProgress', 'listAppCycles', 'getAppHealth', 'getOverview'] as const

/** The one thing to do in this state as a button, the others in a menu. */
export function AppActs({ app }: { readonly app: App }) {
  const { t } = useTranslation('apps')
  const can = useCan()
  const [asked, ask] = useState<Asked>()
  const resume = useChange('resumeApp', { stale })
  if (!can('apps:run')) return null
  const params = { app: app.id }
  const isPaused = app.state === 'paused'
  const isOff = isPaused || app.state === 'stopped' || app.state === 'stopping'
  const resumeNow = (): void => tellOutcome(resume.mutateAsync({ params }), () => t('done.resumed', { name: app.name }))
  const close = (): void => ask(undefined)
  return (
    <>
      {app.state === 'draft' && (
        <Button variant="filled" leftSection={<icons.connections size={16} />} onClick={() => ask('test')}>
          {t('act.test')}
        </Button>
      )}
      {isOff && (
        <Button
          variant="filled"
          leftSection={<icons.play size={16} />}
          loading={resume.isPending}
          onClick={() => resumeNow()}
        >
          {t(isPaused ? 'act.resume' : 'act.turnOn')}
        </Button>
      )}
      {app.state === 'active' && (
        <Button leftSection={<icons.pause size={16} />} onClick={() => ask('pause')}>
          {t('act.pause')}
        </Button>
      )}
      {app.state !== 'draft' && <MoreActs app={app} ask={ask} />}
      <PauseDialog app={app} isOpen={asked === 'pause'} onClose={close} stale={stale} />
      <TestDialog app={app} isOpen={asked === 'test'} onClose={close} />
      <ActDialog app={app} act="stop" isOpen={asked === 'stop'} onClose={close} />
      <ActDialog app={app} act="restart" isOpen={asked === 'restart'} onClose={close} />
    </>
  )
}

function MoreActs({ app, ask }: { readonly app: App; ask(act: Asked): void }) {
  const { t } = useTranslation('apps')
  const organization = useOrganizationSlug()
  return (
    <Menu>
      <Menu.Target>
        <Button rightSection={<icons.down size={14} />}>{t('act.more')}</Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<icons.send />}
          renderRoot={(props) => (
            <Link {...props} to="/$organization/provision" params={{ organization }} search={{ app: app.id }} />
          )}
        >
          {t('act.onDemand')}
        </Menu.Item>
        <Menu.Item leftSection={<icons.connections />} onClick={() => ask('test')}>
          {t('act.test')}
        </Menu.Item>
        <Menu.Item leftSection={<icons.retry />} onClick={() => ask('restart')}>
          {t('act.restart')}
        </Menu.Item>
        {app.state !== 'stopped' && app.state !== 'stopping' && (
          <Menu.Item leftSection={<icons.minus />} data-danger onClick={() => ask('stop')}>
            {t('act.stop')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

type ActDialogProps = {
  readonly app: App
  readonly act: 'stop' | 'restart'
  readonly isOpen: boolean
  onClose(): void
}

function ActDialog({ app, act, isOpen, onClose }: ActDialogProps) {
  const { t } = useTranslation('apps')
  const stop = useChange('stopApp', { stale })
  const restart = useChange('restartApp', { stale })
  const change = act === 'stop' ? stop : restart
  const confirm = (): void =>
    change.mutate(
      { params: { app: app.id } },
      {
        onSuccess: () => {
          onClose()
          showToast({ tone: 'good', text: t(`done.${act}`, { name: app.name }) })
        },
      },
    )
  return (
    <ConfirmDialog
      isOpen={isOpen}
      onClose={onClose}
      title={t(`ask.${act}`, { name: app.name })}
      action={t(`act.${act}`)}
      tier="affects"
      isPending={change.isPending}
      error={change.error}
      onConfirm={confirm}
    >
      {t(`ask.${act}Text`)}
    </ConfirmDialog>
  )
}
