/** Who loses access: before all else. */
export const leaverLane = 0
