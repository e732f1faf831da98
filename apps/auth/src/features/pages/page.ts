/** What one page asks for and where it sends it. */
export interface Page {
  title: string
  /** Relative, so that it works below any path that a gateway adds. */
  action: string
  /** Whether only the link in a mail leads here. */
  needsToken: boolean
  fields: { name: 'email' | 'password'; label: string }[]
  button: string
  done: string
}

/** The pages that links in mails lead to. A front end of your own takes their place. */
export const pages = {
  '/verify-email': {
    title: 'Confirm your address',
    action: 'v1/verify-email',
    needsToken: true,
    fields: [{ name: 'password', label: 'The password that you chose' }],
    button: 'Confirm',
    done: 'Your account is ready. You can sign in now.',
  },
  '/forgot-password': {
    title: 'Forgot your password?',
    action: 'v1/password/forgot',
    needsToken: false,
    fields: [{ name: 'email', label: 'E-mail address' }],
    button: 'Send a link',
    done: 'If the address has an account, a mail is on its way.',
  },
  '/reset-password': {
    title: 'Choose a new password',
    action: 'v1/password/reset',
    needsToken: true,
    fields: [{ name: 'password', label: 'New password' }],
    button: 'Save',
    done: 'The new password is set and every session has ended. You can sign in now.',
  },
} as const satisfies Record<string, Page>

/** Scripts and styles from here only, requests to here only, no frames, no form that sends without the script. */
export const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** All texts are ours: nothing that a user typed is ever put into the page. */
export function renderPage(page: Page): string {
  const inputs = page.fields
    .map(
      ({ name, label }) =>
        `<label>${label}<input name="${name}" type="${name}" required autocomplete="${name === 'email' ? 'email' : 'off'}"></label>`,
    )
    .join('\n      ')
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${page.title}</title>
    <link rel="stylesheet" href="pages/form.css">
    <script type="module" src="pages/form.js"></script>
  </head>
  <body>
    <h1>${page.title}</h1>
    <form data-action="${page.action}" data-done="${page.done}"${page.needsToken ? ' data-needs-token' : ''}>
      ${inputs}
      <button>${page.button}</button>
      <p role="status"></p>
    </form>
  </body>
</html>
`
}
