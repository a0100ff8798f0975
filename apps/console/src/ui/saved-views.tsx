import { ActionIcon, Button, Popover, Switch, TextInput } from '@mantine/core'
import type { RouteBody } from '@rollcall/admin-api'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, usePages, type EntryOf } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { FormDialog } from './form-dialog.tsx'
import { icons } from './icons.tsx'
import styles from './saved-views.module.css'
import { showToast } from './toast.ts'

type View = EntryOf<'listSavedViews'>

type SavedViewsProps = {
  readonly screen: View['screen']
  /** What the address holds now; empty: there is nothing to save. */
  readonly search: View['search']
  onOpen(search: View['search']): void
}

/** Lists as people look at them again and again: one's own, and those that everybody sees. */
export function SavedViews({ screen, search, onOpen }: SavedViewsProps) {
  const { t } = useTranslation('savedViews')
  const [isOpen, setOpen] = useState(false)
  const [isSaving, setSaving] = useState(false)
  const { rows } = usePages('listSavedViews', { query: { screen } })
  const now = JSON.stringify(search)
  return (
    <>
      <Popover width={320} position="bottom-end" opened={isOpen} onChange={setOpen} trapFocus returnFocus>
        <Popover.Target>
          <Button leftSection={<icons.filter />} onClick={() => setOpen((before) => !before)}>
            {t('title')}
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label={t('title')} className={styles.dropdown}>
          {rows.length === 0 && <p className={styles.none}>{t('none')}</p>}
          <ul className={styles.list}>
            {rows.map((view) => (
              <ViewLine
                key={view.id}
                view={view}
                isNow={JSON.stringify(view.search) === now}
                onOpen={() => {
                  setOpen(false)
                  onOpen(view.search)
                }}
              />
            ))}
          </ul>
          <div className={styles.foot}>
            <Button
              size="xs"
              leftSection={<icons.plus size={14} />}
              disabled={now === '{}'}
              onClick={() => {
                setOpen(false)
                setSaving(true)
              }}
            >
              {t('save')}
            </Button>
          </div>
        </Popover.Dropdown>
      </Popover>
      {isSaving && <SaveDialog screen={screen} search={search} onClose={() => setSaving(false)} />}
    </>
  )
}

type ViewLineProps = { readonly view: View; readonly isNow: boolean; onOpen(): void }

function ViewLine({ view, isNow, onOpen }: ViewLineProps) {
  const { t } = useTranslation('savedViews')
  const can = useCan()
  const remove = useChange('deleteSavedView', { stale: ['listSavedViews'] })
  const restore = useChange('createSavedView', { stale: ['listSavedViews'] })
  const { id, screen, name, search, isShared } = view
  const undo = (): void => restore.mutate({ body: { screen, name, search, isShared } })
  const press = (): void =>
    void remove.mutateAsync({ params: { savedView: id } }).then(
      () => showToast({ tone: 'info', text: t('removed', { name }), action: { label: t('undo'), run: undo } }),
      ({ message }: Error) => showToast({ tone: 'bad', text: message }),
    )
  return (
    <li className={styles.line}>
      <button type="button" className={styles.view} aria-current={isNow || undefined} onClick={onOpen}>
        <span>{name}</span>
        <span className={styles.whose}>{isShared ? t('shared') : t('own')}</span>
      </button>
      {(!isShared || can('settings:manage')) && (
        <ActionIcon size={28} aria-label={t('remove', { name })} loading={remove.isPending} onClick={press}>
          <icons.remove size={15} />
        </ActionIcon>
      )}
    </li>
  )
}

type SaveDialogProps = Pick<SavedViewsProps, 'screen' | 'search'> & { onClose(): void }

function SaveDialog({ screen, search, onClose }: SaveDialogProps) {
  const { t } = useTranslation('savedViews')
  const can = useCan()
  const [name, setName] = useState('')
  const [isShared, setShared] = useState(false)
  const create = useChange('createSavedView', { stale: ['listSavedViews'] })
  const submit = (): void => {
    const body: RouteBody<'createSavedView'> = { screen, name: name.trim(), search, isShared }
    create.mutate(
      { body },
      {
        onSuccess: () => {
          onClose()
          showToast({ tone: 'good', text: t('saved', { name: body.name }) })
        },
      },
    )
  }
  return (
    <FormDialog
      isOpen
      onClose={onClose}
      title={t('save')}
      action={t('keep')}
      isReady={name.trim() !== ''}
      change={create}
      onSubmit={submit}
    >
      <TextInput
        data-autofocus
        required
        label={t('name')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {can('settings:manage') && (
        <Switch
          label={t('share')}
          description={t('shareHelp')}
          checked={isShared}
          onChange={(event) => setShared(event.currentTarget.checked)}
        />
      )}
    </FormDialog>
  )
}
