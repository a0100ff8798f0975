import { Menu, UnstyledButton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { serverUrl } from '../api/place.ts'
import { useSession } from '../api/session.ts'
import { icons, Logo } from '../ui/icons.tsx'
import styles from './organization-menu.module.css'

/** Where one is. Each organization has its own sign-in, so another one begins there. */
export function OrganizationMenu() {
  const { t } = useTranslation()
  const { organization } = useSession()
  return (
    <Menu position="bottom-start" width={272}>
      <Menu.Target>
        <UnstyledButton className={styles.button} aria-label={t('shell.organizationMenu', { name: organization.name })}>
          <Logo />
          <span className={styles.name}>{organization.name}</span>
          <icons.down size={14} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('shell.organization')}</Menu.Label>
        <Menu.Item leftSection={<icons.check />} closeMenuOnClick>
          <span className={styles.entry}>
            {organization.name}
            <span className={styles.slug}>{organization.slug}</span>
          </span>
        </Menu.Item>
        <Menu.Item component="a" href={`${serverUrl}/sign-in?other`} leftSection={<icons.signIn />}>
          {t('shell.otherOrganization')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
