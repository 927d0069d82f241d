/** The name under which a run's ownership call goes; no step can have it, for names of steps come from definitions. */
export const ownershipStep = '@own'
