/** The attribute by which the check of a replay tells a warning of a run from what a workflow logs. */
export const warningMark = 'saga-core/warning'
