import { useMantineColorScheme } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useSession } from '../api/session.ts'
import { chooseLanguage } from '../i18n/i18n.ts'
import { languageNames, languages } from '../i18n/language.ts'
import { showToast } from '../ui/toast.ts'
import { useSettled } from '../ui/use-settled.ts'
import { useFound } from './finders.ts'
import { linkOfId } from './id-links.ts'
import { isPermitted, navigation } from './navigation.ts'
import { narrow, type PaletteItem } from './palette-items.ts'
import { signOut } from './sign-out.ts'

const pauseMs = 150

/** All lines of the palette for what was typed, best group first. */
export function usePaletteItems(typed: string): readonly PaletteItem[] {
  const { t } = useTranslation()
  const { organization, permissions } = useSession()
  const words = useSettled(typed.trim(), pauseMs)
  const found = useFound(words)
  const acts = useActs()
  const pages = navigation
    .filter((entry) => isPermitted(entry, permissions))
    .map(({ name, to, icon }): PaletteItem => {
      const link = { to, params: { organization: organization.slug } }
      return { id: `page ${name}`, group: 'goTo', label: t(`nav.${name}`), icon, link }
    })
  const direct = linkOfId(organization.slug, typed)
  const opened: readonly PaletteItem[] =
    direct === undefined
      ? []
      : [{ id: 'open', group: 'open', label: t('palette.open', { id: typed.trim() }), icon: 'right', link: direct }]
  return [
    ...opened,
    ...narrow(pages, typed),
    ...found,
    ...(typed.trim() === '' ? acts.slice(0, 3) : narrow(acts, typed)),
  ]
}

function useActs(): readonly PaletteItem[] {
  const { t, i18n } = useTranslation()
  const { organization } = useSession()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const copyLink = (): void =>
    void navigator.clipboard.writeText(location.href).then(() => showToast({ tone: 'good', text: t('copied') }))
  const isDark = colorScheme === 'dark'
  return [
    {
      id: 'theme',
      group: 'do',
      label: t(isDark ? 'palette.light' : 'palette.dark'),
      icon: isDark ? 'sun' : 'moon',
      run: () => setColorScheme(isDark ? 'light' : 'dark'),
    },
    { id: 'link', group: 'do', label: t('copyLink'), icon: 'link', run: copyLink },
    {
      id: 'account',
      group: 'do',
      label: t('shell.account'),
      icon: 'user',
      link: { to: '/$organization/me', params: { organization: organization.slug } },
    },
    ...languages
      .filter((language) => language !== i18n.language)
      .map((language): PaletteItem => ({
        id: `language ${language}`,
        group: 'do',
        label: languageNames[language],
        hint: t('shell.language'),
        icon: 'language',
        run: () => void chooseLanguage(language),
      })),
    { id: 'sign out', group: 'do', label: t('shell.signOut'), icon: 'signIn', run: signOut },
  ]
}
