/** What the person chose in this browser; the script in index.html reads it before anything is painted. */
export const themeStorageKey = 'rollcall.theme'

export type ThemeChoice = 'light' | 'dark' | 'auto'

export function isThemeChoice(text: string | null): text is ThemeChoice {
  return text === 'light' || text === 'dark' || text === 'auto'
}
