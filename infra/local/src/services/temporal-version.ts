/** The newest release of the Temporal CLI that `go install` can build; its server is 1.29.1. */
export const temporalCliVersion = 'v1.5.1'
