/** What became of several that were to be done one after the other. */
export type Outcome = { readonly done: readonly string[]; readonly error: Error | undefined }

/** Goes on to the end of the list or to the first refusal; whoever was done before it can be undone. */
export async function doEach(ids: readonly string[], act: (id: string) => Promise<unknown>): Promise<Outcome> {
  const done: string[] = []
  for (const id of ids) {
    try {
      await act(id)
      done.push(id)
    } catch (error) {
      return { done, error: error instanceof Error ? error : new Error(String(error)) }
    }
  }
  return { done, error: undefined }
}
