import { Button, Menu } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCan } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import { icons } from '../ui/icons.tsx'
import { BulkDialog, type BulkAct } from './bulk-dialog.tsx'
import { ProvisionDialog } from './provision-dialog.tsx'
import type { PeopleSelection } from './selection.ts'

type BulkActsProps = {
  readonly selection: PeopleSelection
  readonly state: 'active' | 'suspended' | 'deprovisioned'
  /** How many the list would show, and whether that is for certain. */
  readonly total: { readonly value: number; readonly exact: boolean }
  readonly loaded: number
  /** The run that does it. */
  onStarted(run: string): void
}

/** What can be done with those who are chosen; and all of the list, where it goes on below. */
export function BulkActs({ selection, state, total, loaded, onStarted }: BulkActsProps) {
  const { t } = useTranslation('users')
  const formats = useFormats()
  const can = useCan()
  const [asked, ask] = useState<BulkAct | 'provision'>()
  const { count, isMatching } = selection
  if (count === 0 || state === 'deprovisioned') return null
  const numbers = { count: total.value, number: formats.number(total.value) }
  const started = (run: string): void => {
    ask(undefined)
    selection.clear()
    onStarted(run)
  }
  const close = (): void => ask(undefined)
  const act = asked === 'provision' ? undefined : asked
  return (
    <>
      {!isMatching && selection.ids.size >= loaded && total.value > loaded && (
        <Button variant="subtle" size="compact-sm" onClick={selection.chooseAll}>
          {t(total.exact ? 'bulk.chooseAll' : 'bulk.chooseAllAbout', numbers)}
        </Button>
      )}
      <Button variant="subtle" size="compact-sm" onClick={selection.clear}>
        {t('bulk.clear')}
      </Button>
      <Menu>
        <Menu.Target>
          <Button size="compact-sm" rightSection={<icons.down size={14} />}>
            {t('acts.title')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {state === 'active' ? (
            <Menu.Item leftSection={<icons.pause />} onClick={() => ask('suspend')}>
              {t('bulk.suspend')}
            </Menu.Item>
          ) : (
            <Menu.Item leftSection={<icons.retry />} onClick={() => ask('reactivate')}>
              {t('bulk.reactivate')}
            </Menu.Item>
          )}
          {can('teams:manage') && (
            <Menu.Item leftSection={<icons.teams />} onClick={() => ask('addToTeam')}>
              {t('bulk.addToTeam')}
            </Menu.Item>
          )}
          {can('apps:run') && !isMatching && (
            <Menu.Item leftSection={<icons.send />} onClick={() => ask('provision')}>
              {t('bulk.provision')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {act !== undefined && <BulkDialog act={act} selection={selection} onClose={close} onStarted={started} />}
      {asked === 'provision' && <ProvisionDialog ids={[...selection.ids]} onClose={close} onStarted={started} />}
    </>
  )
}
