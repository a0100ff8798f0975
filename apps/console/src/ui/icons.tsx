import type { ReactNode } from 'react'

export type IconProps = { readonly size?: number; readonly className?: string | undefined }

/** Ours: a grid of 24, lines of 1.5. They say nothing to screen readers; the word beside them does. */
function icon(shape: ReactNode): (props: IconProps) => ReactNode {
  return ({ size = 16, className }) => (
    <svg
      className={className}
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={size < 20 ? 1.75 : 1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      {shape}
    </svg>
  )
}

export type Icon = (props: IconProps) => ReactNode

export const icons = {
  overview: icon(<path d="M4 4h7v9H4zM13 4h7v5h-7zM13 12h7v8h-7zM4 16h7v4H4z" />),
  users: icon(
    <path d="M15.5 20v-1.5a4 4 0 0 0-4-4h-4a4 4 0 0 0-4 4V20M9.5 11.5a3.75 3.75 0 1 0 0-7.5 3.75 3.75 0 0 0 0 7.5M20.5 20v-1.5a4 4 0 0 0-3-3.9M15 4.2a3.75 3.75 0 0 1 0 7.1" />,
  ),
  user: icon(
    <path d="M19 20v-1.5a4 4 0 0 0-4-4H9a4 4 0 0 0-4 4V20M12 11.5a3.75 3.75 0 1 0 0-7.5 3.75 3.75 0 0 0 0 7.5" />,
  ),
  teams: icon(
    <path d="M12 8.5a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5M5.5 21a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5M18.5 21a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5M12 8.5v4M5.5 16v-1a2.5 2.5 0 0 1 2.5-2.5h8a2.5 2.5 0 0 1 2.5 2.5v1" />,
  ),
  attributes: icon(<path d="M4 6h16M4 12h10M4 18h13M19 12h1" />),
  sources: icon(
    <path d="M12 9c4.4 0 8-1.3 8-3s-3.6-3-8-3-8 1.3-8 3 3.6 3 8 3M4 6v12c0 1.7 3.6 3 8 3s8-1.3 8-3V6M4 12c0 1.7 3.6 3 8 3s8-1.3 8-3" />,
  ),
  apps: icon(<path d="M4 4h6.5v6.5H4zM13.5 4H20v6.5h-6.5zM4 13.5h6.5V20H4zM16.75 13.5v6.5M13.5 16.75H20" />),
  runs: icon(<path d="M20 12a8 8 0 1 1-2.5-5.8M20 3.5v4h-4M12 8v4.25l2.75 1.75" />),
  logs: icon(<path d="M6 3h9l4 4v14H6zM14.5 3v4.5H19M9 12h7M9 16h7" />),
  quarantine: icon(<path d="M12 3 4.5 6v5.5c0 4.6 3 8 7.5 9.5 4.5-1.5 7.5-4.9 7.5-9.5V6zM10 9.5v5M14 9.5v5" />),
  signIn: icon(<path d="M14 4h4.5A1.5 1.5 0 0 1 20 5.5v13a1.5 1.5 0 0 1-1.5 1.5H14M4 12h11M11 8l4 4-4 4" />),
  connections: icon(<path d="M9 7H7a5 5 0 0 0 0 10h2M15 7h2a5 5 0 0 1 0 10h-2M8.5 12h7" />),
  serviceAccounts: icon(
    <path d="M9 15.5a5.5 5.5 0 1 1 5.2-7.2L21 15v4h-4v-2.5h-2.5V14h-2l-.9-.6A5.5 5.5 0 0 1 9 15.5M8 9.5h.01" />,
  ),
  roles: icon(<path d="M12 3 4.5 6v5.5c0 4.6 3 8 7.5 9.5 4.5-1.5 7.5-4.9 7.5-9.5V6zM9 12l2.2 2.2L15.2 10" />),
  audit: icon(<path d="M5 4.5h14v16H5zM9 3h6v3H9zM9 11h6M9 15h4" />),
  requests: icon(<path d="M4 8.5h14M14.5 5 18 8.5 14.5 12M20 15.5H6M9.5 12 6 15.5 9.5 19" />),
  webhooks: icon(
    <path d="M8.5 10.5a4 4 0 1 1 6.9-.9l2.8 5M9 14H5.5a4 4 0 1 0 5.3 5.2M17 21a4 4 0 0 0 0-8c-.6 0-1.2.1-1.7.4L12.5 9" />,
  ),
  streams: icon(
    <path d="M4 7c2.7-2.5 5.3-2.5 8 0s5.3 2.5 8 0M4 12.5c2.7-2.5 5.3-2.5 8 0s5.3 2.5 8 0M4 18c2.7-2.5 5.3-2.5 8 0s5.3 2.5 8 0" />,
  ),
  settings: icon(
    <path d="M4 7h9M17 7h3M4 17h3M11 17h9M15 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5M9 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5" />,
  ),
  mail: icon(<path d="M3.5 5.5h17v13h-17zM4 6.5l8 6.5 8-6.5" />),
  health: icon(<path d="M3 12h4l2.5-7 5 14 2.5-7h4" />),
  key: icon(<path d="M8.5 16.5a4.5 4.5 0 1 1 4.2-6.1h8.3v4h-3v2.5h-3.5v-2.5h-1.8a4.5 4.5 0 0 1-4.2 2.1" />),
  organization: icon(
    <path d="M4 20.5V5.5L13 3v17.5M13 9h7v11.5M2.5 20.5h19M7.5 9h2M7.5 13h2M7.5 17h2M16 13h1.5M16 17h1.5" />,
  ),
  search: icon(<path d="M10.75 17.5a6.75 6.75 0 1 0 0-13.5 6.75 6.75 0 0 0 0 13.5M15.75 15.75 20 20" />),
  filter: icon(<path d="M3.5 5.5h17l-6.5 7.5v6l-4-2v-4z" />),
  columns: icon(<path d="M4 4.5h16v15H4zM9.5 4.5v15M14.5 4.5v15" />),
  download: icon(<path d="M12 4v11M7.5 11l4.5 4.5 4.5-4.5M4.5 19.5h15" />),
  upload: icon(<path d="M12 15.5V4.5M7.5 9 12 4.5 16.5 9M4.5 19.5h15" />),
  more: icon(<path d="M5.5 12h.01M12 12h.01M18.5 12h.01" strokeWidth="2.75" />),
  close: icon(<path d="M6 6l12 12M18 6 6 18" />),
  check: icon(<path d="M4.5 12.5 10 18 19.5 6.5" />),
  plus: icon(<path d="M12 5v14M5 12h14" />),
  down: icon(<path d="M6 9.5l6 6 6-6" />),
  up: icon(<path d="M6 14.5l6-6 6 6" />),
  right: icon(<path d="M9.5 6l6 6-6 6" />),
  left: icon(<path d="M14.5 6l-6 6 6 6" />),
  external: icon(<path d="M13.5 4.5h6v6M19.5 4.5 11 13M10.5 5.5H5v13.5h13.5v-5.5" />),
  copy: icon(<path d="M8.5 8.5h11v11h-11zM15.5 8.5v-4h-11v11h4" />),
  link: icon(
    <path d="M10 14a4 4 0 0 0 6 .4l3-3A4 4 0 0 0 13.3 5.7l-1.2 1.2M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7l1.2-1.2" />,
  ),
  code: icon(<path d="M8.5 7 3.5 12l5 5M15.5 7l5 5-5 5M13.5 5l-3 14" />),
  terminal: icon(<path d="M4.5 7 9.5 12l-5 5M12 17.5h7.5" />),
  edit: icon(<path d="M4 20l.8-4L16 4.8a1.7 1.7 0 0 1 2.4 0l.8.8a1.7 1.7 0 0 1 0 2.4L8 19.2zM14 7l3 3" />),
  remove: icon(<path d="M4.5 7h15M9.5 7V4h5v3M6.5 7l.8 13h9.4l.8-13M10 11v5.5M14 11v5.5" />),
  pause: icon(<path d="M8 5.5v13M16 5.5v13" />),
  play: icon(<path d="M7.5 4.5v15l12-7.5z" />),
  retry: icon(<path d="M4 12a8 8 0 1 0 2.5-5.8M4 3.5v4h4" />),
  clock: icon(<path d="M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17M12 7.5V12l3 2" />),
  calendar: icon(<path d="M4 6h16v14H4zM4 10.5h16M8.5 3.5V8M15.5 3.5V8" />),
  lock: icon(<path d="M5.5 10.5h13v10h-13zM8 10.5V7.5a4 4 0 0 1 8 0v3" />),
  info: icon(<path d="M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17M12 11v5.5M12 7.75h.01" />),
  warning: icon(<path d="M12 4 2.75 19.75h18.5zM12 10v4.5M12 17.25h.01" />),
  error: icon(<path d="M8.5 3.5h7l5 5v7l-5 5h-7l-5-5v-7zM12 8v5M12 16.25h.01" />),
  good: icon(<path d="M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17M8 12.25l2.75 2.75L16 9.5" />),
  minus: icon(<path d="M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17M8 12h8" />),
  help: icon(
    <path d="M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17M9.5 9.5a2.5 2.5 0 1 1 3.6 2.2c-.7.4-1.1.9-1.1 1.8M12 16.75h.01" />,
  ),
  bell: icon(<path d="M5 17h14c-1.3-1.3-2-2.5-2-4.5V10a5 5 0 0 0-10 0v2.5c0 2-.7 3.2-2 4.5M10 20h4" />),
  menu: icon(<path d="M4 7h16M4 12h16M4 17h16" />),
  sun: icon(
    <path d="M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8M12 3v1.5M12 19.5V21M21 12h-1.5M4.5 12H3M18.4 5.6l-1.1 1.1M6.7 17.3l-1.1 1.1M18.4 18.4l-1.1-1.1M6.7 6.7 5.6 5.6" />,
  ),
  moon: icon(<path d="M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5" />),
  language: icon(
    <path d="M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17M3.5 12h17M12 3.5c2.4 2.3 3.5 5.2 3.5 8.5s-1.1 6.2-3.5 8.5c-2.4-2.3-3.5-5.2-3.5-8.5s1.1-6.2 3.5-8.5" />,
  ),
  eye: icon(
    <path d="M2.75 12C5 8 8.2 6 12 6s7 2 9.25 6C19 16 15.8 18 12 18s-7-2-9.25-6M12 14.75a2.75 2.75 0 1 0 0-5.5 2.75 2.75 0 0 0 0 5.5" />,
  ),
  table: icon(<path d="M4 5h16v14H4zM4 10h16M4 14.5h16M10 10v9" />),
  send: icon(<path d="M20.5 3.5 10 14M20.5 3.5l-6.5 17-4-6.5-6.5-4z" />),
  plan: icon(<path d="M5 3.5h14v17H5zM8.5 8l1.2 1.2L12 7M8.5 14l1.2 1.2L12 13M14.5 8.5h1.5M14.5 14.5h1.5" />),
} as const satisfies Record<string, Icon>

export type IconName = keyof typeof icons

/** The mark of Rollcall: a list whose middle name has answered. */
export function Logo({ size = 24 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <rect width="32" height="32" rx="8" fill="var(--accent)" />
      <g fill="none" stroke="var(--accent-ink)" strokeWidth="2.6" strokeLinecap="round" strokeLinejoin="round">
        <path d="M15 10h9M15 22h9M17.5 16H24" />
        <path d="M6.6 16.4 9 18.8l4.6-5" />
      </g>
      <circle cx="9.4" cy="10" r="2" fill="var(--accent-ink)" />
      <circle cx="9.4" cy="23" r="2" fill="var(--accent-ink)" opacity="0.55" />
    </svg>
  )
}
