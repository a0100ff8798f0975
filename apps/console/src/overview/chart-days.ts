export const chartDays = [7, 30, 90] as const

/** How many days the charts look back. */
export type ChartDays = (typeof chartDays)[number]

export function toChartDays(value: unknown): ChartDays {
  return chartDays.find((days) => days === Number(value)) ?? 30
}

const dayMs = 86_400_000

/** All days from one to another, both included: `2026-11-26`. A day without anything is a bar of nothing, not a gap. */
export function daysBetween(from: string, to: string): readonly string[] {
  const count = Math.round((Date.parse(to) - Date.parse(from)) / dayMs) + 1
  return Array.from({ length: Math.max(0, count) }, (_, index) =>
    new Date(Date.parse(from) + index * dayMs).toISOString().slice(0, 10),
  )
}
