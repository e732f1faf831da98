/** The password of all demo accounts. The seed creates them on developers' machines only. */
export const demoPassword = 'fondasi-demo-password'

export const demoAccounts = ['admin', 'editor', 'viewer'].map((role) => ({
  role,
  email: `${role}@fondasi.test`,
}))
