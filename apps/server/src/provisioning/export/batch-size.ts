/** How much is taken at once, by how fast the batches before went. */
export type BatchSize = {
  rowsMax(): number
  /** So many objects are in work at the same time: no more are marked than can be sent soon. */
  atOnceMax(): number
  note(batch: { readonly sent: number; readonly rowsMax: number; readonly tookMs: number }): void
}

export const takenMin = 16
const takenMax = 250
/** As many objects are taken at once as are sent in this time: what is in work longer has to be collected twice. */
const takenMs = 500

export function createBatchSize(): BatchSize {
  let rowsMax = takenMin
  let perSecond = 0
  return {
    rowsMax: () => rowsMax,
    atOnceMax: () => Math.min(rowsMax, Math.round(perSecond)),
    note: ({ sent, rowsMax: taken, tookMs }) => {
      perSecond = (sent * 1_000) / Math.max(1, tookMs)
      if (sent < taken) return
      const factor = Math.min(2, Math.max(0.5, takenMs / Math.max(1, tookMs)))
      rowsMax = Math.round(Math.min(takenMax, Math.max(takenMin, taken * factor)))
    },
  }
}
