/** For how many days a deleted person can be restored, unless the organization says otherwise. */
export const recycleBinDays = { min: 1, max: 400, default: 30 } as const
