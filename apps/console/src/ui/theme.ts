import {
  createTheme,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  type MantineThemeOverride,
} from '@mantine/core'
import type { KeyboardEvent } from 'react'
import { isComposing } from '../i18n/composing.ts'
import styles from './controls.module.css'

const accent: MantineColorsTuple = [
  '#e2f1f2',
  '#c6e4e6',
  '#9dd0d4',
  '#6fb9bf',
  '#4cc3c9',
  '#1f8a93',
  '#0b6e78',
  '#095a63',
  '#07474e',
  '#053539',
]

// What the kit colours by itself, such as boxes and keys, comes out of these.
const gray: MantineColorsTuple = [
  '#f6f8f9',
  '#f2f5f7',
  '#e1e6ea',
  '#d3dae0',
  '#c6ced5',
  '#a5b0b9',
  '#8a97a2',
  '#62707c',
  '#46535f',
  '#17202a',
]
const dark: MantineColorsTuple = [
  '#e5eaee',
  '#b1bcc5',
  '#8f9ca6',
  '#6b7984',
  '#3c4852',
  '#283138',
  '#1f272d',
  '#181e23',
  '#12171b',
  '#0d1114',
]

const controls = { size: 'sm', radius: 6 } as const
const field = { ...controls, inputWrapperOrder: ['label', 'description', 'input', 'error'] } as const
const fieldStyles = {
  input: styles.input ?? '',
  label: styles.label ?? '',
  error: styles.error ?? '',
  description: styles.description ?? '',
}
const layer = {
  overlayProps: { backgroundOpacity: 1, color: 'var(--scrim)' },
  transitionProps: { duration: 120 },
} as const

/** The kit itself takes the Enter of WebKit, which comes after the composition, for one of its own. */
function spareComposing(event: KeyboardEvent): void {
  if (event.key === 'Enter' && isComposing(event)) event.preventDefault()
}

/** The kit in our clothes: its own colours, sizes and shadows show nowhere. */
export const theme: MantineThemeOverride = createTheme({
  fontFamily: 'var(--font)',
  fontFamilyMonospace: 'var(--mono)',
  headings: { fontFamily: 'var(--font)' },
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 4 },
  colors: { accent, gray, dark },
  autoContrast: true,
  defaultRadius: 6,
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  components: {
    Button: { defaultProps: { ...controls, variant: 'default' }, classNames: { root: styles.button ?? '' } },
    ActionIcon: { defaultProps: { variant: 'subtle', size: 30, radius: 6 }, classNames: { root: styles.icon ?? '' } },
    TextInput: { defaultProps: field, classNames: fieldStyles },
    Textarea: { defaultProps: field, classNames: fieldStyles },
    PasswordInput: { defaultProps: field, classNames: fieldStyles },
    NumberInput: { defaultProps: field, classNames: fieldStyles },
    Select: {
      defaultProps: { ...field, checkIconPosition: 'right' },
      classNames: { ...fieldStyles, dropdown: styles.floating ?? '', option: styles.option ?? '' },
    },
    Autocomplete: {
      defaultProps: field,
      classNames: { ...fieldStyles, dropdown: styles.floating ?? '', option: styles.option ?? '' },
    },
    MultiSelect: {
      defaultProps: { ...field, checkIconPosition: 'right' },
      classNames: { ...fieldStyles, dropdown: styles.floating ?? '', option: styles.option ?? '' },
    },
    TagsInput: {
      defaultProps: { ...field, onKeyDown: spareComposing },
      classNames: { ...fieldStyles, dropdown: styles.floating ?? '' },
    },
    Checkbox: { defaultProps: { size: 'xs', radius: 4 }, classNames: { label: styles.choice ?? '' } },
    Radio: { defaultProps: { size: 'xs' }, classNames: { label: styles.choice ?? '' } },
    Switch: { defaultProps: { size: 'sm' }, classNames: { label: styles.choice ?? '' } },
    SegmentedControl: {
      defaultProps: { size: 'xs', radius: 6 },
      classNames: { root: styles.segments ?? '', indicator: styles.segment ?? '' },
    },
    Menu: {
      defaultProps: { shadow: 'none', position: 'bottom-end', offset: 4, transitionProps: { duration: 80 } },
      classNames: { dropdown: styles.floating ?? '', item: styles.item ?? '', label: styles.menuLabel ?? '' },
    },
    Popover: {
      defaultProps: { shadow: 'none', offset: 4, transitionProps: { duration: 80 } },
      classNames: { dropdown: styles.floating ?? '' },
    },
    Tooltip: {
      defaultProps: {
        openDelay: 250,
        transitionProps: { duration: 60 },
        events: { hover: true, focus: true, touch: false },
      },
      classNames: { tooltip: styles.tooltip ?? '' },
    },
    Modal: {
      defaultProps: { ...layer, centered: true, padding: 20 },
      classNames: { content: styles.layer ?? '', header: styles.layerHead ?? '', title: styles.layerTitle ?? '' },
    },
    Drawer: {
      defaultProps: { ...layer, position: 'right', padding: 20, size: 520 },
      classNames: { content: styles.layer ?? '', header: styles.layerHead ?? '', title: styles.layerTitle ?? '' },
    },
  },
})

/** The kit reads its colours from variables; here they become ours. */
export const resolveVariables: CSSVariablesResolver = () => {
  const both = {
    '--mantine-color-body': 'var(--surface)',
    '--mantine-color-text': 'var(--ink)',
    '--mantine-color-dimmed': 'var(--ink-3)',
    '--mantine-color-placeholder': 'var(--ink-3)',
    '--mantine-color-anchor': 'var(--accent)',
    '--mantine-color-default': 'var(--surface)',
    '--mantine-color-default-hover': 'var(--hover)',
    '--mantine-color-default-color': 'var(--ink)',
    '--mantine-color-default-border': 'var(--line-2)',
    '--mantine-color-error': 'var(--bad)',
    '--mantine-color-accent-filled': 'var(--accent)',
    '--mantine-color-accent-filled-hover': 'var(--accent-strong)',
    '--mantine-color-accent-light': 'var(--accent-soft)',
    '--mantine-color-accent-light-color': 'var(--accent)',
    '--mantine-primary-color-filled': 'var(--accent)',
    '--mantine-primary-color-filled-hover': 'var(--accent-strong)',
    '--mantine-primary-color-contrast': 'var(--accent-ink)',
    '--mantine-color-red-filled': 'var(--bad)',
  }
  return { variables: {}, light: both, dark: both }
}
