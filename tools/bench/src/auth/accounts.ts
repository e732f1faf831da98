/** Each account signs in with this password, at the service and at each peer. */
export const userPassword = 'seven blue herons wait'

/** All measurements together use fewer. */
export const userCount = 400

/**
 * Who uses which account, so that what one measurement does to an account does not disturb another: load signs in to
 * 0–31, sessions that are held belong to 32–95, and files that need more accounts define their own range.
 */
export const userEmail = (index: number) => `user${index % userCount}@example.com`
