/** What the person chose in this browser; the script in index.html reads it before anything is painted. */
export const themeStorageKey = 'rollcall.theme'

export const themes = ['light', 'dark', 'auto'] as const
