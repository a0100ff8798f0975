import { Button, Switch } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { KeySecret, type ShownKey } from '../access/key-secret.tsx'
import { KeysTable } from '../access/keys-table.tsx'
import { useSession } from '../api/session.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { icons } from '../ui/icons.tsx'
import styles from './me.module.css'
import { NewOwnKeyDialog } from './new-own-key-dialog.tsx'

const route = getRouteApi('/$organization/me')

/** Keys that open what their owner may do, and end with him. */
export function OwnKeys() {
  const { t } = useTranslation('me')
  const { revoked = false } = route.useSearch()
  const navigate = route.useNavigate()
  const { permissions } = useSession()
  const [isMaking, setMaking] = useState(false)
  const [shown, setShown] = useState<ShownKey>()
  const mayMake = permissions.size > 0
  return (
    <>
      <p className={styles.note}>{t(mayMake ? 'keys.text' : 'keys.noRights')}</p>
      <div className={styles.tools}>
        <Switch
          checked={revoked}
          label={t('keys.revokedToo')}
          onChange={(event) => {
            const isOn = event.currentTarget.checked
            void navigate({ search: (before) => ({ ...before, revoked: isOn }), replace: true })
          }}
        />
        {mayMake && (
          <Button variant="filled" leftSection={<icons.plus />} onClick={() => setMaking(true)}>
            {t('keys.new')}
          </Button>
        )}
      </div>
      <KeysTable
        of="own"
        isRevokedToo={revoked}
        empty={
          <EmptyState icon="key" title={t('keys.none')}>
            {t('keys.noneText')}
          </EmptyState>
        }
      />
      {isMaking && (
        <NewOwnKeyDialog
          onClose={() => setMaking(false)}
          onMade={(made) => {
            setMaking(false)
            setShown(made)
          }}
        />
      )}
      <KeySecret shown={shown} onClose={() => setShown(undefined)} />
    </>
  )
}
