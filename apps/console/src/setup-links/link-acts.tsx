import { ActionIcon, Menu } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, type EntryOf } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { icons } from '../ui/icons.tsx'
import { showToast } from '../ui/toast.ts'

type LinkActsProps = { readonly link: EntryOf<'listSetupLinks'>; onUrl(url: string): void }

type Act = 'renew' | 'revoke'

const stale = ['listSetupLinks', 'getSetupLink', 'listMails'] as const

/** What can still be done with a link: nothing once what it was for is done. */
export function LinkActs({ link, onUrl }: LinkActsProps) {
  const { t } = useTranslation('setupLinks')
  const can = useCan()
  const [asked, setAsked] = useState<Act>()
  const { purpose, provider, recipient, state } = link
  const mayRenew = (purpose === 'saml' || can('keys:manage')) && (purpose === 'scim' || can('sign-in:manage'))
  if (!can('connections:manage') || state === 'done') return null
  const isOpen = state !== 'revoked' && state !== 'expired'
  if (!mayRenew && !isOpen) return null
  const name = recipient ?? t(`provider.${provider}`)
  return (
    <>
      <Menu>
        <Menu.Target>
          <ActionIcon aria-label={t('acts', { name })}>
            <icons.more />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {mayRenew && (
            <Menu.Item leftSection={<icons.send />} onClick={() => setAsked('renew')}>
              {t('renew.act')}
            </Menu.Item>
          )}
          {isOpen && (
            <Menu.Item data-danger leftSection={<icons.remove />} onClick={() => setAsked('revoke')}>
              {t('revoke.act')}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <Questions link={link} name={name} asked={asked} onClose={() => setAsked(undefined)} onUrl={onUrl} />
    </>
  )
}

type QuestionsProps = LinkActsProps & { readonly name: string; readonly asked: Act | undefined; onClose(): void }

/** Both end a link that somebody may have in his hands, so they ask before. */
function Questions({ link: { id }, name, asked, onClose, onUrl }: QuestionsProps) {
  const { t } = useTranslation('setupLinks')
  const renew = useChange('renewSetupLink', { stale })
  const revoke = useChange('revokeSetupLink', { stale })
  const close = (): void => {
    onClose()
    renew.reset()
    revoke.reset()
  }
  const change = { params: { setupLink: id } }
  const end = (): void =>
    revoke.mutate(change, {
      onSuccess: () => {
        close()
        showToast({ tone: 'good', text: t('revoke.done') })
      },
    })
  const makeAnew = (): void =>
    renew.mutate(change, {
      onSuccess: ({ url }) => {
        close()
        onUrl(url)
      },
    })
  return (
    <>
      <ConfirmDialog
        isOpen={asked === 'renew'}
        onClose={close}
        title={t('renew.title')}
        action={t('renew.act')}
        tier="affects"
        isPending={renew.isPending}
        error={renew.error}
        onConfirm={makeAnew}
      >
        {t('renew.text', { name })}
      </ConfirmDialog>
      <ConfirmDialog
        isOpen={asked === 'revoke'}
        onClose={close}
        title={t('revoke.title')}
        action={t('revoke.act')}
        tier="affects"
        isPending={revoke.isPending}
        error={revoke.error}
        onConfirm={end}
      >
        {t('revoke.text', { name })}
      </ConfirmDialog>
    </>
  )
}
