import { showToast } from '../ui/toast.ts'

/** What went wrong outside of a form. */
export function tellFault(error: unknown): void {
  showToast({ tone: 'bad', text: error instanceof Error ? error.message : String(error) })
}
