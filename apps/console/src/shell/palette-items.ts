import type { LinkProps } from '@tanstack/react-router'
import type { IconName } from '../ui/icons.tsx'

export const paletteGroups = ['open', 'goTo', 'find', 'do'] as const

/** One line of the palette: somewhere to go, or something to do. */
export type PaletteItem = {
  readonly id: string
  readonly group: (typeof paletteGroups)[number]
  readonly label: string
  /** Smaller beside it, such as a user name. */
  readonly hint?: string | undefined
  readonly icon: IconName
} & ({ readonly link: LinkProps } | { run(): void })

/** Everything of `items` in whose words what was typed occurs, all words of it, in any order. */
export function narrow(items: readonly PaletteItem[], typed: string): readonly PaletteItem[] {
  const words = fold(typed).split(/\s+/).filter(Boolean)
  return items.filter(({ label, hint = '' }) => {
    const text = fold(`${label} ${hint}`)
    return words.every((word) => text.includes(word))
  })
}

/** Without case and accents: whoever types “equipes” finds “Équipes”. Hangul is put together again. */
function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .toLowerCase()
}
