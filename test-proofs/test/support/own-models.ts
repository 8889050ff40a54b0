/** Whether each instance projects for itself, for `describe.each`: name and `sharedModels`. */
export const sharedOrOwn = [
  ['own', false],
  ['shared', true],
] as const
