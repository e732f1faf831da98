/** The accounts that the seed makes, all with one password. They exist on developers' machines only. */
export const demoPassword = 'fondasi-demo-password'

export const demoAccounts = ['admin', 'editor', 'viewer'].map((role) => ({
  role,
  email: `${role}@fondasi.test`,
}))
