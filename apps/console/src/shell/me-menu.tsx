import { Menu, UnstyledButton, useMantineColorScheme } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useSession } from '../api/session.ts'
import { themes } from '../app/theme-choice.ts'
import { chooseLanguage } from '../i18n/i18n.ts'
import { languageNames, languages } from '../i18n/language.ts'
import { icons } from '../ui/icons.tsx'
import { signOut } from './sign-out.ts'
import styles from './me-menu.module.css'

/** Whoever is signed in: language, theme, own page, the way out. */
export function MeMenu() {
  const { t, i18n } = useTranslation()
  const { user, organization } = useSession()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const name = user.name ?? user.userName
  return (
    <Menu width={248}>
      <Menu.Target>
        <UnstyledButton className={styles.me} aria-label={t('shell.meMenu', { name })}>
          <span className={styles.face} aria-hidden="true">
            {initialsOf(name)}
          </span>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={styles.who}>
          <p className={styles.name}>{name}</p>
          {user.userName !== name && <p className={styles.userName}>{user.userName}</p>}
        </div>
        <Menu.Divider className={styles.divider} />
        <Menu.Item
          renderRoot={(props) => (
            <Link {...props} to="/$organization/me" params={{ organization: organization.slug }} />
          )}
          leftSection={<icons.user />}
        >
          {t('shell.account')}
        </Menu.Item>
        <Menu.Label>{t('shell.language')}</Menu.Label>
        <Menu.RadioGroup value={i18n.language}>
          {languages.map((language) => (
            <Menu.RadioItem
              key={language}
              value={language}
              lang={language}
              checkIcon={<icons.check />}
              onChange={() => void chooseLanguage(language)}
            >
              {languageNames[language]}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Label>{t('shell.theme')}</Menu.Label>
        <Menu.RadioGroup value={colorScheme}>
          {themes.map((theme) => (
            <Menu.RadioItem
              key={theme}
              value={theme}
              checkIcon={<icons.check />}
              onChange={() => setColorScheme(theme)}
            >
              {t(`theme.${theme}`)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider className={styles.divider} />
        <Menu.Item leftSection={<icons.signIn />} onClick={() => signOut()}>
          {t('shell.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** Two letters of a name in letters, one of a name in Han, Kana or Hangul. */
export function initialsOf(name: string): string {
  const words = name.split(/[\s._@-]+/).filter((word) => word !== '')
  const first = Array.from(words[0] ?? '?')[0] ?? '?'
  if (/[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(first)) return first
  const second = words.length > 1 && !name.includes('@') ? (Array.from(words.at(-1) ?? '')[0] ?? '') : ''
  return (first + second).toLocaleUpperCase()
}
