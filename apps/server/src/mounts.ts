import { adminMounts } from './http/admin/mounts.ts'
import type { Mount } from './http/mount.ts'
import type { Parts } from './parts.ts'

/** Everything that the web serves besides the probes; each entry makes its mounts from the parts. */
export const mountFactories: readonly ((parts: Parts) => readonly Mount[])[] = [(parts) => adminMounts(parts)]
