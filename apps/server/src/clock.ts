/** The only source of time for rules: tests set it, and no SQL `now()` decides anything. */
export type Clock = () => Date

export const systemClock: Clock = () => new Date()
