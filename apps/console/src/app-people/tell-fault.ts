import { showToast } from '../ui/toast.ts'

export function tellFault({ message }: Error): void {
  showToast({ tone: 'bad', text: message })
}
