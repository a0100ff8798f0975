import { QueryClient } from '@tanstack/react-query'
import { ProblemError } from '../api/problem.ts'

const attemptsMax = 2

/** What the server refused it will refuse again; what did not arrive is tried again. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (failures, error) => {
        const isBusy = error instanceof ProblemError && error.problem.status >= 500
        return failures < attemptsMax && (!(error instanceof ProblemError) || isBusy)
      },
    },
    mutations: { retry: false },
  },
})
