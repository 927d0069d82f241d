/** A user cannot be created, since the id is taken. */
export class UserExistsError extends Error {
  override readonly name = 'UserExistsError'

  constructor(userId: number) {
    super(`User ${userId} exists already. Change it, or take another id.`)
  }
}
